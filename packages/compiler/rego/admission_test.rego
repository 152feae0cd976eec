package scopeward_test

test_a_granted_scope_is_enough if {
	decide(calling("ping", {}), {}) == allow
}

test_a_tool_that_no_scope_names_is_unknown if {
	decide(calling("unheard_of", {}), {}) == deny("scope:unknown")
}

test_a_tool_call_is_not_a_call_of_the_model_that_it_names if {
	request := calling("unheard_of", {"key": {"scopes": ["llm"]}, "resource": {"type": "model", "id": "atlas-1"}})
	decide(request, {}) == deny("scope:unknown")
}

test_without_a_catalogue_every_tool_is_unknown if {
	decision := data.scopeward.decision with input as calling("ping", {})
	decision == deny("scope:unknown")
}

test_a_granted_model_is_allowed if {
	decide(chatting("atlas-1", {}), {}) == allow
}

test_a_model_that_no_scope_names_is_unknown if {
	decide(chatting("atlas-2", {}), {}) == deny("scope:unknown")
}

test_a_model_call_without_a_model_is_unknown[name] if {
	some name, resource in {"another type": dataset("atlas-1"), "another model": {"type": "model", "id": ""}}
	decide(chatting("atlas-1", {"resource": resource}), {}) == deny("scope:unknown")
}

test_a_model_call_without_a_resource_is_unknown if {
	decide(object.remove(chatting("atlas-1", {}), ["resource"]), {}) == deny("scope:unknown")
}

test_a_tool_named_as_a_model_is_unknown if {
	decide(chatting("ping", {}), {}) == deny("scope:unknown")
}

test_a_target_that_is_not_open_to_the_audience if {
	request := chatting("atlas-1", {"key": {"audience": "external"}})
	decide(request, {}) == deny("scope:audience")
}

test_missing_scopes_are_those_open_to_the_audience[audience] if {
	some audience, missing in {"internal": ["data:read", "data:admin"], "external": ["data:read"]}
	request := calling("query", {"key": {"audience": audience, "scopes": []}})
	decide(request, {}) == object.union(deny("scope:missing"), {"missing_scopes": missing})
}

test_without_a_granted_scope_no_feature_is_asked if {
	request := calling("ping", {"key": {"scopes": ["llm"]}})
	decide(request, {"a": {"deny": true}}).reasons == [{"code": "scope:missing"}]
}

test_a_wildcard_grants[grant] if {
	some grant in ["data:*", "data:**", "*:read", "**", "*:*", "*:**"]
	decide(calling("ping", {"key": {"scopes": ["llm", grant]}}), {}) == allow
}

test_text_that_is_no_grant_grants_nothing[grant] if {
	some grant in [
		"", "*", "data", "data:", ":read", "data:re*", "data:**:read", "Data:*", "data:read:**",
		"**:read", "data:read ", " data:*", "data:*:", "data:*\n",
	]
	decide(calling("ping", {"key": {"scopes": [grant]}}), {}).reasons == [{"code": "scope:missing"}]
}

test_a_scope_that_requires_a_constraint_opens_nothing_to_a_key_without_it[grant] if {
	some grant in ["data:bound", "data:*"]
	request := calling("bound_query", {"key": {"scopes": [grant]}, "resource": dataset("sales")})
	decide(request, {}) == deny("key:constraint_unresolved")
}

test_a_scope_that_requires_a_constraint_opens_to_a_key_with_it[grant] if {
	some grant in ["data:bound", "data:*"]
	request := calling("bound_query", {
		"key": {"scopes": [grant], "constraints": {"dataset": ["sales"]}},
		"resource": dataset("sales"),
	})
	decide(request, {}) == allow
}

test_a_required_constraint_of_any_value_is_carried[name] if {
	some name, value in {"false": false, "null": null, "a number": 1}
	request := calling("bound_query", {
		"key": {"scopes": ["data:bound"], "constraints": {"dataset": value}},
		"resource": dataset("sales"),
	})
	decide(request, {}) == deny("key:constraint")
}
