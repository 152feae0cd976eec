package scopeward_test

test_features_without_an_answer_allow if {
	decide(calling("shared", {}), {"a": {}, "b": {"deny": set(), "require_approval": set(), "obligations": set()}}) == allow
}

test_features_that_do_not_name_the_target_are_not_asked if {
	others := {"b": {
		"deny": {{"code": "no"}},
		"require_approval": {{"code": "ask"}},
		"obligations": {{"type": "redact"}},
		"args": {"n": 1},
	}}
	decide(calling("ping", {}), others) == allow
	decide(calling("ping", {}), {"b": {"deny": true, "require_approval": 1, "obligations": [], "args": []}}) == allow
}

test_a_deny_wins_over_approval_and_carries_no_duties if {
	answers := {
		"a": {"require_approval": {{"code": "ask"}}, "obligations": {{"type": "redact"}}, "args": {"n": 1}},
		"b": {"deny": {{"code": "no", "message": "never"}}},
	}
	decide(calling("shared", {}), answers) == {
		"effect": "deny",
		"reasons": [{"code": "no", "message": "never"}],
		"obligations": [],
	}
}

test_reasons_are_distinct_and_sorted_by_code_then_message if {
	answers := {
		"a": {"deny": {{"code": "b"}, {"code": "a", "message": "z"}, {"code": "a", "message": "é"}}},
		"b": {"deny": {{"code": "b"}, {"code": "a"}, {"code": "a", "message": "z"}}},
	}
	decide(calling("shared", {}), answers).reasons == [
		{"code": "a"},
		{"code": "a", "message": "z"},
		{"code": "a", "message": "é"},
		{"code": "b"},
	]
}

test_denials_of_library_and_features_are_gathered if {
	request := calling("query", constrained({"tool": []}))
	answers := {"a": {"deny": {{"code": "f"}, {"code": "zz"}}}}
	codes(request, answers) == ["engine:resource_underived", "f", "key:constraint", "zz"]
}

test_approval_wins_over_allow_and_carries_duties if {
	answers := {"a": {
		"require_approval": {{"code": "ask"}},
		"obligations": {{"type": "redact"}},
		"args": {"n": 1},
	}}
	decide(calling("ping", {}), answers) == {
		"effect": "require_approval",
		"reasons": [{"code": "ask"}],
		"obligations": [{"type": "redact"}],
		"args": {"n": 1},
	}
}

test_exactly_the_approved_codes_are_not_asked_again[name] if {
	some name, row in {
		"none": {"approved": [], "asked": ["large", "late"]},
		"one": {"approved": ["large"], "asked": ["late"]},
		"another": {"approved": ["lat", "*", ""], "asked": ["large", "late"]},
		"all": {"approved": ["late", "large"], "asked": []},
	}
	request := calling("ping", {"approval": {
		"id": "1",
		"approver": {"type": "user", "id": "grace"},
		"codes": row.approved,
		"at": "2026-01-31T12:00:00Z",
	}})
	answers := {"a": {"require_approval": {
		{"code": "large", "message": "one"},
		{"code": "late"},
	}}}
	codes(request, answers) == row.asked
}

test_an_approval_does_not_answer_a_deny if {
	request := calling("ping", {"approval": {
		"id": "1",
		"approver": {"type": "user", "id": "grace"},
		"codes": ["no"],
		"at": "2026-01-31T12:00:00Z",
	}})
	decide(request, {"a": {"deny": {{"code": "no"}}}}) == deny("no")
}

test_obligations_are_distinct_and_in_order if {
	answers := {
		"a": {"obligations": {{"type": "redact", "fields": ["/b"]}, {"type": "mark"}}},
		"b": {"obligations": {{"type": "redact", "fields": ["/a"]}, {"type": "mark"}}},
	}
	decide(calling("shared", {}), answers).obligations == [
		{"type": "redact", "fields": ["/a"]},
		{"type": "redact", "fields": ["/b"]},
		{"type": "mark"},
	]
}

test_at_list_only_a_deny_hides if {
	answers := {"a": {
		"require_approval": {{"code": "ask"}},
		"obligations": {{"type": "redact"}},
		"args": {"n": 1},
	}}
	decide(listing("ping", {}), answers) == allow
}

test_at_list_a_deny_hides if {
	decide(listing("ping", {}), {"a": {"deny": {{"code": "no"}}}}) == deny("no")
}
