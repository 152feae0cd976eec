# What the tests of the library have in common: a small catalogue, a request, and a way to ask for
# the decision when the features answer this or that.
package scopeward_test

catalogue := {
	"features": {"a": {"scopes": []}, "b": {"scopes": []}},
	"scopes": {
		"data:read": {"feature": "a", "requires": []},
		"data:bound": {"feature": "a", "requires": ["dataset"]},
		"data:admin": {"feature": "a", "requires": []},
		"llm": {"feature": "a", "requires": []},
	},
	"tools": {
		"query": {
			"features": ["a"],
			"scopes": {"internal": ["data:read", "data:admin"], "external": ["data:read"]},
			"resource": {"type": "dataset", "from": "/dataset"},
		},
		"bound_query": {
			"features": ["a"],
			"scopes": {"internal": ["data:bound"], "external": []},
			"resource": {"type": "dataset", "from": "/dataset"},
		},
		"ping": {
			"features": ["a"],
			"scopes": {"internal": ["data:read"], "external": ["data:read"]},
			"resource": "none",
		},
		"silent": {
			"features": ["a"],
			"scopes": {"internal": ["data:read"], "external": ["data:read"]},
		},
		"shared": {
			"features": ["a", "b"],
			"scopes": {"internal": ["data:read"], "external": ["data:read"]},
			"resource": "none",
		},
		"networked": {
			"features": ["a"],
			"scopes": {"internal": ["data:read"], "external": ["data:read"]},
			"resource": {"type": "cidr", "from": "/network"},
		},
	},
	"models": {"atlas-1": {
		"features": ["a"],
		"scopes": {"internal": ["llm"], "external": []},
	}},
}

key := {"id": "abcdefghijkl", "audience": "internal", "scopes": ["data:read"]}

calling(tool, members) := object.union(
	{
		"phase": "call",
		"subject": {"type": "user", "id": "ada"},
		"key": key,
		"action": {"type": "tool", "name": tool},
		"context": {"time": "2026-01-31T12:00:00Z"},
	},
	members,
)

listing(tool, members) := object.union(calling(tool, members), {"phase": "list"})

chatting(model, members) := object.union(
	calling("chat", {"action": {"type": "model"}, "resource": {"type": "model", "id": model}, "key": {"scopes": ["llm"]}}),
	members,
)

dataset(id) := {"type": "dataset", "id": id}

constrained(constraints) := {"key": {"constraints": constraints}}

# The decision when feature `a` (and `b`) answer so.
decide(request, answers) := decision if {
	decision := data.scopeward.decision with input as request
		with data.scopeward.catalogue as catalogue
		with data.scopeward.dispatch as answers
}

codes(request, answers) := [reason.code | some reason in decide(request, answers).reasons]

allow := {"effect": "allow", "reasons": [], "obligations": []}

deny(code) := {"effect": "deny", "reasons": [{"code": code}], "obligations": []}
