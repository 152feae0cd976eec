package scopeward

# The features' rules are reached through shims that the build generates, one uniform package for
# each feature, so that one dynamic call finds them however many features there are.

_denials contains reason if {
	some feature in _target.features
	some reason in data.scopeward.dispatch[feature].deny
}

# What a person has already approved is not asked again; anything else is.
_approvals contains reason if {
	some feature in _target.features
	some reason in data.scopeward.dispatch[feature].require_approval
	not _approved(reason.code)
}

_approved(code) if code in input.approval.codes

_obligations contains {parameter: _as_json(value) | some parameter, value in obligation} if {
	some feature in _target.features
	some obligation in data.scopeward.dispatch[feature].obligations
}
