package features.code_generation_test

import data.features.code_generation

# --- what the scopes open

test_reading_and_writing_are_two_scopes if {
	object.keys(code_generation.scopes) == {"code-generation:read", "code-generation:write"}
}

test_a_developer_may_read if {
	_decide(_read("src/main.ts")) == {"effect": "allow", "reasons": [], "obligations": []}
}

test_a_developer_may_write if {
	_decide(_write("src/main.ts")).effect == "allow"
}

test_a_key_that_reads_does_not_write if {
	request := object.union(_write("src/main.ts"), {"key": {"scopes": ["code-generation:read"]}})
	_decide(request).missing_scopes == ["code-generation:write"]
}

test_a_developer_may_ask_the_model if {
	request := object.union(_read(""), {
		"action": {"type": "model", "name": "chat"},
		"resource": {"type": "model", "id": "atlas-code-2026-02-01"},
	})
	_decide(request).effect == "allow"
}

# --- deny

test_who_is_no_developer_is_denied[name] if {
	some name, subject in {
		"another group": {"properties": {"groups": ["sales"]}},
		"no list": {"properties": {"groups": "developers"}},
		"no groups": {"properties": {}},
		"no properties": {},
	}
	request := object.union(object.remove(_read("src/main.ts"), ["subject"]), {"subject": object.union({"type": "user", "id": "bob"}, subject)})
	code_generation.deny == {{
		"code": "not_a_developer",
		"message": "code generation is for members of the group `developers`",
	}} with input as request
}

test_who_is_no_developer_is_not_offered_the_tools if {
	request := json.remove(_write("x"), ["subject/properties", "args", "resource"])
	_codes(_decide(object.union(request, {"phase": "list"}))) == {"not_a_developer"}
}

test_a_developer_is_offered_the_tools if {
	request := json.remove(_write("x"), ["args", "resource"])
	_decide(object.union(request, {"phase": "list"})).effect == "allow"
}

test_a_path_out_of_the_repository_is_denied[path] if {
	some path in ["../secrets", "src/../../secrets", "/etc/passwd", "./infrastructure/x", "src//x", "", "..\\x", "src/"]
	_codes(_decide(_read(path))) == {"path_not_plain"}
}

test_a_call_without_a_path_is_denied if {
	_codes(_decide(json.remove(_read(""), ["args/path"]))) == {"path_not_plain"}
}

# --- require_approval

test_changes_to_the_pipeline_need_a_person[path] if {
	some path in ["infrastructure/main.tf", ".github/workflows/release.yml"]
	decision := _decide(_write(path))
	decision.effect == "require_approval"
	_codes(decision) == {"protected_path"}
}

test_reading_the_pipeline_needs_nobody if {
	_decide(_read("infrastructure/main.tf")).effect == "allow"
}

# --- requests

_read(path) := {
	"phase": "call",
	"subject": {"type": "user", "id": "ada", "properties": {"groups": ["developers"]}},
	"actors": [{"type": "agent", "id": "coder"}],
	"key": {
		"id": "abcdefghijkl",
		"audience": "internal",
		"scopes": ["code-generation:read", "code-generation:write"],
	},
	"action": {"type": "tool", "name": "read_file"},
	"resource": {"type": "repository", "id": "acme/shop"},
	"args": {"repository": "acme/shop", "path": path},
	"context": {"time": "2026-01-31T12:00:00Z"},
}

_write(path) := object.union(_read(path), {"action": {"name": "write_file"}, "args": {"content": ""}})

_decide(request) := decision if decision := data.scopeward.decision with input as request

_codes(decision) := {reason.code | some reason in decision.reasons}
