package scopeward

# A key's constraints narrow what its scopes open. Anything but a list that holds the id is a
# refusal, so a value of another type fails closed; an absent constraint does not narrow. `cidr` is
# not enforced here: it was, when the key was verified.

_denials contains {"code": "key:constraint"} if {
	input.action.type == "tool"
	allowed := input.key.constraints.tool
	not _listed(allowed, input.action.name)
}

_denials contains {"code": "key:constraint"} if {
	input.action.type == "model"
	allowed := input.key.constraints.model
	not _listed(allowed, input.resource.id)
}

# The resource of a call is held against the constraint of its type. Not at `list`, where there are
# no arguments to derive one from, and not for a tool that touches none: an entry too many in the
# request could otherwise make a deny that goes away when it is left out.
_denials contains {"code": "key:constraint"} if {
	not _listing
	_declared_type
	input.resource.type != "cidr"
	allowed := input.key.constraints[input.resource.type]
	not _listed(allowed, input.resource.id)
}

_denials contains {"code": "key:constraint"} if {
	not _listing
	_silent_about_resources
	allowed := _resource_constraints[input.resource.type]
	not _listed(allowed, input.resource.id)
}

# A tool that no call of this key could pass is not offered either.
_denials contains {"code": "key:constraint"} if {
	_listing
	_declared_type != "cidr"
	allowed := input.key.constraints[_declared_type]
	not _lists_any(allowed)
}

_denials contains {"code": "engine:resource_underived"} if {
	not _listing
	_declared_type
	not _resource_derived
}

_denials contains {"code": "key:constraint_unresolved"} if {
	not _listing
	_silent_about_resources
	count(_resource_constraints) > 0
}

# What the catalogue says about the resource of a tool: undefined, "none", or a type and its source.
_declared_type := _target.resource.type

_resource_derived if input.resource.type == _declared_type

_silent_about_resources if {
	input.action.type == "tool"
	not _target.resource
}

# The constraints that name resources. A value that is no list (a number, say) is none of these: it
# is there for the features' rules.
_resource_constraints[type] := allowed if {
	some type, allowed in input.key.constraints
	not type in {"tool", "model", "cidr"}
	is_array(allowed)
}

_listed(allowed, id) if {
	is_array(allowed)
	id in allowed
}

_lists_any(allowed) if {
	is_array(allowed)
	count(allowed) > 0
}
