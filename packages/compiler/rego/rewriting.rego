package scopeward

# Each feature's `args` is compared with the request's, member by member at the top level. What is
# left are pairs of a member and its new value; a member that a feature leaves out stays.
_rewrites contains [member, value] if {
	some feature in _target.features
	some member, answer in data.scopeward.dispatch[feature].args
	value := _as_json(answer)
	not _unchanged(member, value)
}

_unchanged(member, value) if input.args[member] == value

_rewritten_members contains member if some [member, _] in _rewrites

# Two values for one member: no feature's word is worth more than another's.
_rewrites_conflict if count(_rewritten_members) < count(_rewrites)

# The new value replaces the old one. They share no member when `object.union` sees them, so that it
# has nothing to merge: it would merge nested objects.
_rewritten_args := object.union(_kept_args, {member: value | some [member, value] in _rewrites})

_kept_args := object.remove(input.args, _rewritten_members)

_kept_args := {} if not input.args
