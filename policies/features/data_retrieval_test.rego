package features.data_retrieval_test

import data.features.data_retrieval

# --- what the scope opens

test_the_scope_requires_a_list_of_datasets if {
	data_retrieval.scopes["data-retrieval:read"].requires == ["dataset"]
}

test_a_dataset_on_the_key_may_be_read if {
	_decide(_query("internal", "sales", {"limit": 100})) == {"effect": "allow", "reasons": [], "obligations": []}
}

test_a_dataset_that_is_not_on_the_key_may_not if {
	_codes(_decide(_query("internal", "payroll", {"limit": 100}))) == {"key:constraint"}
}

test_a_key_without_a_list_of_datasets_reads_nothing if {
	request := json.remove(_query("internal", "sales", {"limit": 100}), ["key/constraints"])
	_codes(_decide(request)) == {"key:constraint_unresolved"}
}

test_a_key_without_the_scope_is_told_which_one_it_lacks if {
	request := object.union(_query("internal", "sales", {"limit": 100}), {"key": {"scopes": []}})
	_decide(request).missing_scopes == ["data-retrieval:read"]
}

test_the_tools_are_offered if {
	request := object.remove(_query("external", "sales", {}), ["args", "resource"])
	_decide(object.union(request, {"phase": "list"})).effect == "allow"
}

test_datasets_may_be_listed if {
	request := object.union(_query("external", "sales", {}), {"action": {"name": "list_datasets"}})
	_decide(object.remove(request, ["resource"])) == {"effect": "allow", "reasons": [], "obligations": []}
}

# --- deny

test_a_dataset_that_is_not_reviewed_stays_inside if {
	data_retrieval.deny == {{
		"code": "dataset_not_reviewed",
		"message": "dataset forecasts is not reviewed for external keys",
	}} with input as _query("external", "forecasts", {"limit": 100})
}

test_a_reviewed_dataset_may_leave if {
	count(data_retrieval.deny) == 0 with input as _query("external", "sales", {"limit": 100})
}

test_a_review_without_a_list_of_personal_fields_is_none if {
	count(data_retrieval.deny) == 1 with input as _query("external", "sales", {"limit": 100})
		with data.reviewed_datasets as {"sales": {}}
}

# --- require_approval

test_a_large_export_needs_a_person if {
	decision := _decide(_query("internal", "sales", {"limit": 10001}))
	decision.effect == "require_approval"
	_codes(decision) == {"large_export"}
}

test_ten_thousand_rows_need_nobody if {
	_decide(_query("internal", "sales", {"limit": 10000})).effect == "allow"
}

# --- obligations

test_personal_fields_are_redacted_for_external_keys if {
	decision := _decide(_query("external", "sales", {"limit": 100}))
	decision.effect == "allow"
	decision.obligations == [{"type": "redact_result", "fields": ["/email", "/phone"]}]
}

test_the_list_of_datasets_has_nothing_to_redact if {
	request := object.union(_query("external", "sales", {}), {"action": {"name": "list_datasets"}})
	count(data_retrieval.obligations) == 0 with input as request
}

# --- args

test_a_query_without_a_usable_limit_gets_one[name] if {
	some name, asked in {"none": {}, "null": {"limit": null}, "false": {"limit": false}, "zero": {"limit": 0}, "negative": {"limit": -1}}
	decision := _decide(_query("internal", "sales", asked))
	decision.effect == "allow"
	decision.args == {"dataset": "sales", "query": "select region from orders", "limit": 1000}
}

test_a_limit_is_left_alone if {
	not data_retrieval.args with input as _query("internal", "sales", {"limit": 1})
}

test_there_is_no_limit_to_set_before_the_call if {
	not data_retrieval.args with input as object.union(_query("internal", "sales", {}), {"phase": "list"})
}

# --- requests

_query(audience, dataset, args) := {
	"phase": "call",
	"subject": {"type": "user", "id": "ada"},
	"key": {
		"id": "abcdefghijkl",
		"audience": audience,
		"scopes": ["data-retrieval:read"],
		"constraints": {"dataset": ["sales", "forecasts"]},
	},
	"action": {"type": "tool", "name": "sql_query"},
	"resource": {"type": "dataset", "id": dataset},
	"args": object.union({"dataset": dataset, "query": "select region from orders"}, args),
	"context": {"time": "2026-01-31T12:00:00Z"},
}

_decide(request) := decision if decision := data.scopeward.decision with input as request

_codes(decision) := {reason.code | some reason in decision.reasons}
