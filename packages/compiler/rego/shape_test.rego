package scopeward_test

_malformed_reasons := {
	"true": true,
	"false": false,
	"null": null,
	"text": "no",
	"number": 0,
	"array": [{"code": "no"}],
	"empty array": [],
	"object": {"no": {"code": "no"}},
	"empty object": {},
	"set of texts": {"no"},
	"set of arrays": {["no"]},
	"set of sets": {{"code"}},
	"set of sets of two": {{"code", "message"}},
	"malformed code with a message": {{"code": "No", "message": "never"}},
	"no code": {{"message": "no"}},
	"nothing": {{}},
	"code is no text": {{"code": 1}},
	"empty code": {{"code": ""}},
	"upper case": {{"code": "No"}},
	"leading digit": {{"code": "1no"}},
	"leading underscore": {{"code": "_no"}},
	"hyphen": {{"code": "n-o"}},
	"line's end": {{"code": "no\n"}},
	"other letters": {{"code": "né"}},
	"reserved for scopes": {{"code": "scope:missing"}},
	"reserved for keys": {{"code": "key:constraint"}},
	"reserved for the engine": {{"code": "engine:timeout"}},
	"message is no text": {{"code": "no", "message": 1}},
	"another member": {{"code": "no", "severity": "high"}},
	"one member too many": {{"code": "no", "message": "never", "severity": "high"}},
	"one of two": {{"code": "no"}, {"code": "No"}},
}

_malformed_obligations := {
	"true": true,
	"false": false,
	"null": null,
	"text": "redact",
	"array": [{"type": "redact"}],
	"object": {"type": "redact"},
	"empty object": {},
	"set of texts": {"redact"},
	"set of sets, not objects": {{"type"}},
	"no type": {{"fields": []}},
	"type is no text": {{"type": null}},
	"upper case": {{"type": "Redact"}},
	"empty type": {{"type": ""}},
	"key is no text": {{"type": "redact", 1: 2}},
	"nested key is no text": {{"type": "redact", "map": {"a": {1: 2}}}},
	"nested set": {{"type": "redact", "map": {"a": {"b"}}}},
	"set of sets": {{"type": "redact", "fields": {{"b"}}}},
	"one of two": {{"type": "redact"}, {"type": "9"}},
}

_malformed_arguments := {
	"true": true,
	"false": false,
	"null": null,
	"text": "limit",
	"number": 1,
	"array": [],
	"set": {"limit"},
	"empty set": set(),
	"key is no text": {1: "limit"},
	"nested key is no text": {"map": {null: 1}},
	"nested set": {"list": [set()]},
}

_malformed_answers[$"{rule}: {name}"] := {rule: answer} if {
	some rule in ["deny", "require_approval"]
	some name, answer in _malformed_reasons
}

_malformed_answers[$"obligations: {name}"] := {"obligations": answer} if {
	some name, answer in _malformed_obligations
}

_malformed_answers[$"args: {name}"] := {"args": answer} if {
	some name, answer in _malformed_arguments
}

test_every_other_shape_is_malformed[name] if {
	some name, answer in _malformed_answers
	decisions := {
		decide(calling("shared", {}), {"a": answer}),
		decide(listing("shared", {}), {"b": answer}),
	}
	decisions == {deny("engine:output_malformed")}
}

test_an_array_keeps_its_order if {
	answers := {"a": {"obligations": {{"type": "redact", "fields": ["b", "a"]}}, "args": {"columns": ["y", "x"]}}}
	decision := decide(calling("ping", {}), answers)
	decision.obligations == [{"type": "redact", "fields": ["b", "a"]}]
	decision.args.columns == ["y", "x"]
}

test_malformed_comes_before_everything_else if {
	answers := {
		"a": {"deny": {{"code": "no"}}, "args": {"n": 1}},
		"b": {"obligations": [], "args": {"n": 2}},
	}
	decide(calling("shared", {}), answers) == deny("engine:output_malformed")
}

test_codes_and_types_are_words[word] if {
	some word in ["a", "a1", "a_b", "too_many_rows_2"]
	answers := {"a": {"require_approval": {{"code": word}}, "obligations": {{"type": word, "fields": {"x"}}}}}
	decide(calling("ping", {}), answers).reasons == [{"code": word}]
}

test_a_set_stands_for_the_array_of_its_members if {
	answers := {"a": {
		"obligations": {{"type": "redact", "fields": {"/b", "/a"}}, {"type": "redact", "fields": ["/a", "/b"]}},
		"args": {"columns": {"y", "x"}, "same": {2, 1}},
	}}
	decide(calling("ping", {"args": {"same": [1, 2]}}), answers) == {
		"effect": "allow",
		"reasons": [],
		"obligations": [{"type": "redact", "fields": ["/a", "/b"]}],
		"args": {"columns": ["x", "y"], "same": [1, 2]},
	}
}
