package scopeward_test

_asking := calling("shared", {"args": {"query": "q", "limit": 5, "options": {"deep": {"a": 1}, "flag": false}}})

test_unchanged_arguments_are_not_repeated[name] if {
	some name, args in {
		"all": _asking.args,
		"some": {"limit": 5, "options": {"deep": {"a": 1}, "flag": false}},
		"none": {},
		"an equal number": {"limit": 5.0},
	}
	decide(_asking, {"a": {"args": args}}) == allow
}

test_changed_arguments_are_merged_into_the_others if {
	answers := {"a": {"args": {"limit": 1, "trace": null}}, "b": {"args": {"query": "r", "limit": 5}}}
	decide(_asking, answers) == object.union(allow, {"args": {
		"query": "r",
		"limit": 1,
		"trace": null,
		"options": {"deep": {"a": 1}, "flag": false},
	}})
}

test_a_changed_argument_replaces_and_does_not_merge if {
	answers := {"a": {"args": {"options": {"deep": {"b": 2}}}}}
	decide(_asking, answers).args.options == {"deep": {"b": 2}}
}

test_arguments_are_made_where_there_were_none if {
	decide(calling("ping", {}), {"a": {"args": {"limit": 1}}}).args == {"limit": 1}
}

test_two_features_may_agree if {
	answers := {"a": {"args": {"limit": 1}}, "b": {"args": {"limit": 1}}}
	decide(_asking, answers).args.limit == 1
}

test_two_values_for_one_argument_are_a_conflict[name] if {
	some name, other in {"a number": 2, "false": false, "null": null, "an object": {}}
	answers := {"a": {"args": {"limit": 1}}, "b": {"args": {"limit": other}}}
	decide(_asking, answers) == deny("engine:args_conflict")
}

test_a_conflict_comes_before_denials if {
	answers := {"a": {"args": {"limit": 1}, "deny": {{"code": "no"}}}, "b": {"args": {"limit": 2}}}
	decide(_asking, answers) == deny("engine:args_conflict")
}

test_at_list_there_are_no_arguments_to_conflict if {
	answers := {"a": {"args": {"limit": 1}}, "b": {"args": {"limit": 2}}}
	decide(listing("shared", {}), answers) == allow
}
