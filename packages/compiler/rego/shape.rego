package scopeward

# Whether a feature that names the target answers anything but what its rules may answer. An empty
# set, by far the commonest answer, is compared and done with. A rule that is not there is undefined.

_malformed if {
	some feature in _target.features
	answer := data.scopeward.dispatch[feature].deny
	answer != set()
	not _are_reasons(answer)
}

_malformed if {
	some feature in _target.features
	answer := data.scopeward.dispatch[feature].require_approval
	answer != set()
	not _are_reasons(answer)
}

_malformed if {
	some feature in _target.features
	answer := data.scopeward.dispatch[feature].obligations
	answer != set()
	not _are_obligations(answer)
}

_malformed if {
	some feature in _target.features
	answer := data.scopeward.dispatch[feature].args
	not _are_arguments(answer)
}

_are_reasons(answer) if {
	is_set(answer)
	every reason in answer {
		_is_reason(reason)
	}
}

_is_reason(reason) if {
	is_object(reason)
	_is_word(reason.code)
	count(reason) == 1
}

_is_reason(reason) if {
	is_object(reason)
	_is_word(reason.code)
	is_string(reason.message)
	count(reason) == 2
}

_are_obligations(answer) if {
	is_set(answer)
	every obligation in answer {
		is_object(obligation)
		_is_word(obligation.type)
		_is_json({member: _as_json(value) | some member, value in obligation})
	}
}

_are_arguments(answer) if {
	is_object(answer)
	every member, value in answer {
		is_string(member)
		_is_argument(member, value)
	}
}

# What is the request's own is not looked through: it may be large, and it came as JSON.
_is_argument(member, value) if {
	_unchanged(member, value)
} else if {
	_is_json(_as_json(value))
}

# A set that is written directly as a parameter or argument stands for the array of its members in
# order. Deeper ones cannot be turned without recursion, and evaluators disagree about their order.
_as_json(value) := sort(value) if {
	is_set(value)
} else := value

_is_json(value) if not _holds_no_json(value)

_holds_no_json(value) if {
	walk(value, [_, part])
	not _may_be_json(part)
}

_may_be_json(part) if {
	not is_set(part)
	not _has_odd_key(part)
}

# JSON knows texts as keys only; `1` and `"1"` would become one.
_has_odd_key(part) if {
	is_object(part)
	some key, _ in part
	not is_string(key)
}

# `[a-z][a-z0-9_]*`: a policy's own codes. The reserved ones hold a colon, so they are none.
_is_word(text) if {
	is_string(text)
	text != ""
	trim_left(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	not substring(text, 0, 1) in {"_", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
}
