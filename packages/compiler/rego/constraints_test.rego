package scopeward_test

test_an_absent_constraint_does_not_narrow if {
	decide(calling("query", {"resource": dataset("sales")}), {}) == allow
}

test_what_the_list_holds_is_allowed[name] if {
	some name, request in {
		"a tool": calling("ping", constrained({"tool": ["pong", "ping"]})),
		"a tool at list": listing("ping", constrained({"tool": ["ping"]})),
		"a model": chatting("atlas-1", constrained({"model": ["atlas-1"]})),
		"a resource": object.union(calling("query", constrained({"dataset": ["sales"]})), {"resource": dataset("sales")}),
		"another type": object.union(calling("query", constrained({"table": ["t"]})), {"resource": dataset("sales")}),
		"a tool that touches none": calling("ping", constrained({"dataset": ["sales"]})),
		"a model, with another type": chatting("atlas-1", constrained({"dataset": ["sales"]})),
		"a tool, with models": calling("silent", constrained({"model": ["atlas-2"]})),
		"a tool with a resource, with models": object.union(
			calling("query", constrained({"model": ["atlas-2"]})),
			{"resource": dataset("sales")},
		),
		"a silent tool at list, with a resource": object.union(
			listing("silent", constrained({"dataset": ["web"]})),
			{"resource": dataset("sales")},
		),
		"a model, with tools": chatting("atlas-1", constrained({"tool": []})),
		"a tool at list, with a resource to come": listing("query", constrained({"dataset": ["sales"]})),
		"a tool at list that is silent": listing("silent", constrained({"dataset": ["sales"]})),
	}
	decide(request, {}) == allow
}

test_what_the_list_does_not_hold_is_denied[name] if {
	some name, request in {
		"a tool": calling("ping", constrained({"tool": ["pong"]})),
		"a tool at list": listing("ping", constrained({"tool": ["pong"]})),
		"a model": chatting("atlas-1", constrained({"model": ["atlas-2"]})),
		"a model at list": object.union(chatting("atlas-1", constrained({"model": ["atlas-2"]})), {"phase": "list"}),
		"a resource": object.union(calling("query", constrained({"dataset": ["web"]})), {"resource": dataset("sales")}),
	}
	decide(request, {}) == deny("key:constraint")
}

test_an_empty_list_allows_nothing[name] if {
	some name, request in {
		"a tool": calling("ping", constrained({"tool": []})),
		"a model": chatting("atlas-1", constrained({"model": []})),
		"a resource": object.union(calling("query", constrained({"dataset": []})), {"resource": dataset("sales")}),
		"a resource to come": listing("query", constrained({"dataset": []})),
	}
	decide(request, {}) == deny("key:constraint")
}

test_a_constraint_that_is_no_list_fails_closed[name] if {
	some name, value in {
		"text": "sales",
		"number": 1,
		"false": false,
		"true": true,
		"null": null,
		"object": {"sales": "sales"},
	}
	denials := [
		decide(calling("ping", constrained({"tool": value})), {}),
		decide(chatting("atlas-1", constrained({"model": value})), {}),
		decide(object.union(calling("query", constrained({"dataset": value})), {"resource": dataset("sales")}), {}),
		decide(listing("query", constrained({"dataset": value})), {}),
	]
	every denial in denials {
		denial == deny("key:constraint")
	}
}

test_addresses_are_not_enforced_here[name] if {
	network := {"type": "cidr", "id": "10.0.0.0/8"}
	some name, request in {
		"call": object.union(calling("networked", constrained({"cidr": ["192.0.2.0/24"]})), {"resource": network}),
		"list": listing("networked", constrained({"cidr": []})),
	}
	decide(request, {}) == allow
}

test_a_declared_resource_must_be_there[name] if {
	some name, members in {"absent": {}, "another type": {"resource": {"type": "table", "id": "sales"}}}
	decide(calling("query", members), {}) == deny("engine:resource_underived")
}

test_a_resource_of_another_type_is_not_held_against_the_declared_one if {
	request := object.union(
		calling("query", constrained({"dataset": []})),
		{"resource": {"type": "table", "id": "sales"}},
	)
	decide(request, {}) == deny("engine:resource_underived")
}

test_a_resource_of_another_type_is_held_against_its_constraint_too if {
	request := object.union(
		calling("query", constrained({"table": ["t"], "dataset": ["sales"]})),
		{"resource": {"type": "table", "id": "sales"}},
	)
	codes(request, {}) == ["engine:resource_underived", "key:constraint"]
}

test_a_tool_that_touches_no_resource_is_not_held_against_one if {
	request := object.union(calling("ping", constrained({"dataset": ["web"]})), {"resource": dataset("sales")})
	decide(request, {}) == allow
}

test_at_list_no_resource_is_held_against_a_constraint if {
	request := object.union(listing("query", constrained({"dataset": ["web"]})), {"resource": dataset("sales")})
	decide(request, {}) == allow
}

test_a_constrained_key_does_not_call_a_tool_that_is_silent if {
	request := calling("silent", constrained({"dataset": ["sales"]}))
	decide(request, {}) == deny("key:constraint_unresolved")
}

test_a_silent_tool_stays_unresolved_when_the_list_holds_the_resource if {
	request := object.union(calling("silent", constrained({"dataset": ["sales"]})), {"resource": dataset("sales")})
	decide(request, {}) == deny("key:constraint_unresolved")
}

test_a_silent_tool_is_held_against_the_constraint_too if {
	request := object.union(calling("silent", constrained({"dataset": ["web"]})), {"resource": dataset("sales")})
	codes(request, {}) == ["key:constraint", "key:constraint_unresolved"]
}

test_constraints_that_are_no_lists_do_not_concern_a_silent_tool if {
	request := calling("silent", constrained({"max_rows": 100, "region": "eu", "tool": ["silent"], "cidr": ["10.0.0.0/8"]}))
	decide(request, {}) == allow
}
