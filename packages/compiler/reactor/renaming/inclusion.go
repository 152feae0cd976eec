package renaming

import "github.com/open-policy-agent/opa/v1/types"

// within tells whether every value of type a is of type b, a type that a builtin declares. In doubt
// it is not.
func within(a, b types.Type) bool {
	b = plain(b)
	if union, ok := b.(types.Any); ok && len(union) == 0 {
		return true
	}
	switch a := plain(a).(type) {
	case types.Null, types.Boolean, types.Number, types.String:
		return alternative(b, func(b types.Type) bool { return types.Compare(a, b) == 0 })
	case types.Any:
		for _, t := range a {
			if !within(t, b) {
				return false
			}
		}
		return len(a) > 0
	case *types.Array:
		return alternative(b, func(b types.Type) bool { return arrayWithin(a, b) })
	case *types.Set:
		return alternative(b, func(b types.Type) bool {
			set, ok := b.(*types.Set)
			return ok && (a.Of() == nil || within(a.Of(), orAny(set.Of())))
		})
	case *types.Object:
		return alternative(b, isAnyObject)
	}
	return false
}

// alternative asks for b, or for one of its alternatives.
func alternative(b types.Type, included func(types.Type) bool) bool {
	union, ok := b.(types.Any)
	if !ok {
		return included(b)
	}
	for _, t := range union {
		if included(plain(t)) {
			return true
		}
	}
	return false
}

func arrayWithin(a *types.Array, b types.Type) bool {
	array, ok := b.(*types.Array)
	if !ok || array.Len() > 0 {
		return false
	}
	elements := orAny(array.Dynamic())
	for i := range a.Len() {
		if !within(a.Select(i), elements) {
			return false
		}
	}
	return a.Dynamic() == nil || within(a.Dynamic(), elements)
}

func isAnyObject(b types.Type) bool {
	object, ok := b.(*types.Object)
	if !ok || len(object.StaticProperties()) > 0 || object.DynamicProperties() == nil {
		return false
	}
	dynamic := object.DynamicProperties()
	return within(types.A, dynamic.Key) && within(types.A, dynamic.Value)
}

func plain(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.NamedType:
		return plain(t.Type)
	case *types.Recursive:
		return plain(t.Unwrap())
	}
	return t
}
