package features.files_test

test_a_key_that_reads_is_offered_reading_alone if {
	_decide(_listed("read_text_file")).effect == "allow"
	_decide(_listed("write_file")).missing_scopes == ["files:write"]
}

test_an_open_path_is_read if {
	every path in ["plan.md", "shared/minutes.md"] {
		_decide(_read(path)).effect == "allow"
	}
}

test_no_other_path_is_read if {
	every path in ["private/salaries.md", "shared/../private/salaries.md", "/etc/passwd", "~/plan.md", "plan.md\n"] {
		_codes(_decide(_read(path))) == {"path_not_open"}
	}
}

test_a_call_without_a_path_is_refused if {
	_codes(_decide(object.union(_read("plan.md"), {"args": {"path": 1}}))) == {"path_not_open"}
}

test_what_no_scope_names_is_shut if {
	_codes(_decide(_listed("move_file"))) == {"scope:unknown"}
}

_decide(request) := decision if {
	decision := data.scopeward.decision with input as request
}

_codes(decision) := {reason.code | some reason in decision.reasons}

_listed(tool) := {
	"phase": "list",
	"subject": {"type": "user", "id": "ada"},
	"key": {"id": "000000000001", "audience": "internal", "scopes": ["files:read"]},
	"action": {"type": "tool", "name": tool},
	"context": {"time": "2026-01-31T12:00:00Z"},
}

_read(path) := object.union(_listed("read_text_file"), {"phase": "call", "args": {"path": path}})
