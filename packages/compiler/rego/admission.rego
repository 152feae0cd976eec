package scopeward

# What the catalogue says of the tool or model that the request names; undefined: no scope names it.
_target := data.scopeward.catalogue.tools[input.action.name] if input.action.type == "tool"

_target := data.scopeward.catalogue.models[input.resource.id] if {
	input.action.type == "model"
	input.resource.type == "model"
}

# The scopes that open the target to the key's audience, by risk, then name.
_open := _target.scopes[input.key.audience]

# One granted scope is enough, if the key carries the constraints that this scope requires. An exact
# grant needs no look at its segments, so it is looked for first.
_admitted if {
	some scope in _open
	scope in input.key.scopes
	_requirements_met(scope)
} else if {
	some scope in _granted_by_wildcard
	_requirements_met(scope)
}

_granted_by_wildcard contains scope if {
	some grant in input.key.scopes
	contains(grant, "*")
	wide := split(grant, ":")
	some scope in _open
	_segments_include(wide, split(scope, ":"))
}

_requirements_met(scope) if {
	every name in data.scopeward.catalogue.scopes[scope].requires {
		# Present is enough, whatever the value: `false` and `[]` narrow too.
		_ = input.key.constraints[name]
	}
}

# Why the key is not admitted: always one reason, because no feature's rule is asked.
_refusal := _deny([{"code": "scope:unknown"}]) if {
	not _target
} else := _deny([{"code": "scope:audience"}]) if {
	count(_open) == 0
} else := _deny([{"code": "key:constraint_unresolved"}]) if {
	_granted
} else := {
	"effect": "deny",
	"reasons": [{"code": "scope:missing"}],
	"obligations": [],
	"missing_scopes": _open,
}

_granted if {
	some scope in _open
	scope in input.key.scopes
} else if {
	count(_granted_by_wildcard) > 0
}
