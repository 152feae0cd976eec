package catalogue

import "github.com/open-policy-agent/opa/v1/ast"

// located is a value with the place where it is written. What a helper or a builtin made is placed
// where the scope's rule uses it.
type located struct {
	value   ast.Value
	at      *ast.Location
	written ast.Value
}

type member struct{ key, value located }

func locate(value ast.Value, d declaration) located {
	return located{value: value, at: d.rule.Location}.as(value, d.rule.Head.Value)
}

// as is a part of the value that is written as the given term; nil is a part that is not written.
func (l located) as(value ast.Value, term *ast.Term) located {
	part := located{value: value, at: l.at}
	if term != nil {
		part.written = term.Value
		if term.Location != nil {
			part.at = term.Location
		}
	}
	return part
}

// members are those of an object, in order.
func (l located) members(object ast.Object) []member {
	type pair struct{ key, value *ast.Term }
	pairs := map[string]pair{}
	if written, ok := l.written.(ast.Object); ok {
		written.Foreach(func(key, value *ast.Term) { pairs[key.String()] = pair{key, value} })
	}
	members := make([]member, 0, object.Len())
	object.Foreach(func(key, value *ast.Term) {
		found := pairs[key.String()]
		members = append(members, member{l.as(key.Value, found.key), l.as(value.Value, found.value)})
	})
	return members
}

// elements are those of an array or a set, in order.
func (l located) elements() ([]located, bool) {
	terms, ok := list(l.value)
	if !ok {
		return nil, false
	}
	written, _ := list(l.written)
	elements := make([]located, len(terms))
	for i, term := range terms {
		// A set that is written with references may come in another order than it has.
		if len(written) == len(terms) && (isArray(l.written) || written[i].Equal(term)) {
			elements[i] = l.as(term.Value, written[i])
		} else {
			elements[i] = l.as(term.Value, nil)
		}
	}
	return elements, true
}

func list(value ast.Value) ([]*ast.Term, bool) {
	switch v := value.(type) {
	case *ast.Array:
		terms := make([]*ast.Term, v.Len())
		for i := range terms {
			terms[i] = v.Elem(i)
		}
		return terms, true
	case ast.Set:
		return v.Slice(), true
	}
	return nil, false
}

func isArray(value ast.Value) bool {
	_, ok := value.(*ast.Array)
	return ok
}
