package catalogue

// What can be wrong with scopes. Each code has its section in docs/rules.md.
const (
	scopeShape         = "scope_shape"
	scopeKeyComputed   = "scope_key_computed"
	scopeNameInvalid   = "scope_name_invalid"
	scopeDuplicate     = "scope_duplicate"
	scopeInTestFile    = "scope_in_test_file"
	scopeNotConstant   = "scope_not_constant"
	scopeUndefined     = "scope_undefined"
	scopeFailed        = "scope_failed"
	scopeValueInvalid  = "scope_value_invalid"
	scopeMemberUnknown = "scope_member_unknown"
	scopeEntryInvalid  = "scope_entry_invalid"
	resourceInvalid    = "resource_invalid"
	resourceConflict   = "resource_conflict"

	// These are warnings.
	scopeOpensNothing    = "scope_opens_nothing"
	featureWithoutScopes = "feature_without_scopes"
	titleMissing         = "title_missing"
)
