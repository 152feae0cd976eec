package features.chatbot_test

import data.features.chatbot

# --- what the scopes open

test_customers_reach_one_model_version if {
	chatbot.scopes["public-llm-api"].models == ["atlas-mini-2026-01-15"]
	chatbot.scopes["public-llm-api"].audiences == ["external"]
}

test_refunds_are_for_staff if {
	chatbot.scopes["internal-chatbot"].audiences == ["internal"]
	chatbot.scopes["internal-chatbot"].tools.refund_order
}

test_a_staff_key_may_chat if {
	_decide(_chat("internal", {"max_tokens": 100})).effect == "allow"
}

test_a_customer_key_may_chat if {
	_decide(_chat("external", {"max_tokens": 100})).effect == "allow"
}

test_a_customer_key_does_not_reach_the_large_model if {
	request := object.union(_chat("external", {}), {"resource": {"id": "atlas-large-2026-02-01"}})
	_codes(_decide(request)) == {"scope:audience"}
}

test_a_customer_key_does_not_reach_another_version if {
	request := object.union(_chat("external", {}), {"resource": {"id": "atlas-mini-2026-03-01"}})
	_codes(_decide(request)) == {"scope:unknown"}
}

test_a_customer_key_may_search if {
	request := object.union(_chat("external", {}), {"action": {"type": "tool", "name": "search_help_center"}})
	_decide(object.remove(request, ["resource"])) == {"effect": "allow", "reasons": [], "obligations": []}
}

test_a_customer_key_does_not_refund if {
	request := object.union(_refund(5), {"key": {"audience": "external", "scopes": ["public-llm-api"]}})
	_codes(_decide(request)) == {"scope:audience"}
}

# --- deny

test_other_operations_are_denied if {
	request := object.union(_chat("internal", {}), {"action": {"name": "embeddings"}})
	chatbot.deny == {{"code": "operation_not_offered", "message": "the chatbot offers `chat`, not `embeddings`"}} with input as request
}

test_chat_and_tools_are_not_denied[name] if {
	some name, request in {"chat": _chat("internal", {}), "refund": _refund(5)}
	count(chatbot.deny) == 0 with input as request
}

# --- require_approval

test_a_small_refund_needs_nobody if {
	_decide(_refund(50)).effect == "allow"
}

test_a_refund_that_is_large_or_no_amount_needs_a_person[name] if {
	some name, amount in {"large": 50.01, "negative": -1, "text": "5", "null": null}
	decision := _decide(_refund(amount))
	decision.effect == "require_approval"
	_codes(decision) == {"large_refund"}
}

test_an_approved_refund_goes_through if {
	request := object.union(_refund(500), {"approval": {
		"id": "1",
		"approver": {"type": "user", "id": "grace"},
		"codes": ["large_refund"],
		"at": "2026-01-31T11:59:00Z",
	}})
	_decide(request).effect == "allow"
}

test_a_refund_without_a_known_limit_needs_a_person if {
	_decide(_refund(5)).effect == "require_approval" with data.refunds as {}
}

test_offering_refunds_needs_nobody if {
	count(chatbot.require_approval) == 0 with input as object.union(object.remove(_refund(5), ["args"]), {"phase": "list"})
}

# --- args

test_an_answer_is_bounded_by_the_limit_of_the_audience[name] if {
	some name, row in {
		"staff, too long": {"audience": "internal", "asked": {"max_tokens": 100000}, "given": 8192},
		"staff, unbounded": {"audience": "internal", "asked": {}, "given": 8192},
		"customer, too long": {"audience": "external", "asked": {"max_tokens": 1025}, "given": 1024},
		"customer, null": {"audience": "external", "asked": {"max_tokens": null}, "given": 1024},
		"customer, negative": {"audience": "external", "asked": {"max_tokens": -1}, "given": 1024},
	}
	_decide(_chat(row.audience, row.asked)).args.max_tokens == row.given
}

test_other_arguments_stay if {
	decision := _decide(_chat("external", {"max_tokens": 5000, "temperature": 0}))
	decision.args == {"max_tokens": 1024, "temperature": 0}
}

test_a_call_without_arguments_is_bounded_too if {
	decision := _decide(object.remove(_chat("external", {}), ["args"]))
	decision.args == {"max_tokens": 1024}
}

test_an_answer_within_the_limit_is_left_alone if {
	not chatbot.args with input as _chat("external", {"max_tokens": 1024})
}

test_there_is_nothing_to_bound_before_the_call if {
	not chatbot.args with input as object.union(object.remove(_chat("external", {}), ["args"]), {"phase": "list"})
}

# --- requests

_scopes := {"internal": ["internal-chatbot"], "external": ["public-llm-api"]}

_request(audience) := {
	"phase": "call",
	"subject": {"type": "user", "id": "ada"},
	"key": {"id": "abcdefghijkl", "audience": audience, "scopes": _scopes[audience]},
	"context": {"time": "2026-01-31T12:00:00Z"},
}

_chat(audience, args) := object.union(_request(audience), {
	"action": {"type": "model", "name": "chat"},
	"resource": {"type": "model", "id": "atlas-mini-2026-01-15"},
	"args": args,
})

_refund(amount) := object.union(_request("internal"), {
	"action": {"type": "tool", "name": "refund_order"},
	"resource": {"type": "order", "id": "A-1001"},
	"args": {"order": "A-1001", "amount": amount},
})

_decide(request) := decision if decision := data.scopeward.decision with input as request

_codes(decision) := {reason.code | some reason in decision.reasons}
