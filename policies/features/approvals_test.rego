package features.approvals_test

import data.features.approvals

test_a_person_may_answer if {
	_decide(_answer) == {"effect": "allow", "reasons": [], "obligations": []}
}

test_a_service_may_not if {
	request := object.union(_answer, {"subject": {"type": "service", "id": "web-shop"}})
	_codes(_decide(request)) == {"not_a_person"}
}

test_a_service_is_not_offered_the_tool if {
	request := object.union(_answer, {"phase": "list", "subject": {"type": "service", "id": "web-shop"}})
	_codes(_decide(object.remove(request, ["args", "resource"]))) == {"not_a_person"}
}

test_answering_is_internal if {
	request := object.union(_answer, {"key": {"audience": "external"}})
	_codes(_decide(request)) == {"scope:audience"}
}

test_other_scopes_do_not_answer if {
	request := object.union(_answer, {"key": {"scopes": ["internal-chatbot"]}})
	_codes(_decide(request)) == {"scope:missing"}
}

test_nothing_else_is_opened if {
	approvals.scopes["approvals:answer"].tools == {"answer_approval": {"resource": {"type": "approval", "from": "/approval"}}}
}

_decide(request) := decision if {
	decision := data.scopeward.decision with input as request
}

_codes(decision) := {reason.code | some reason in decision.reasons}

_answer := {
	"phase": "call",
	"subject": {"type": "user", "id": "grace"},
	"key": {"id": "000000000001", "audience": "internal", "scopes": ["approvals:answer"]},
	"action": {"type": "tool", "name": "answer_approval"},
	"resource": {"type": "approval", "id": "q1"},
	"args": {
		"approval": "q1",
		"verdict": "approve",
		"action": {"type": "tool", "name": "sql_query"},
		"arguments": {"limit": 20000},
		"codes": ["large_export"],
		"subject": {"type": "user", "id": "ada"},
		"actors": [],
		"key": "000000000002",
	},
	"context": {"time": "2026-01-31T12:00:00Z"},
}
