package rules

import "github.com/open-policy-agent/opa/v1/ast"

// walk finds what several rules look at, in one pass over the module.
func (m *module) walk() {
	for _, rule := range m.Rules {
		s, declares := newScope(m, rule), m.declares(rule)
		visitor := ast.NewGenericVisitor(func(x any) bool {
			m.refer(s, x)
			if !declares {
				m.note(s, x)
			}
			return false
		})
		visitor.Walk(rule)
		for _, part := range rule.Head.Ref()[1:] { // the visitor leaves the reference out
			visitor.Walk(part)
		}
	}
}

func (m *module) note(s *scope, x any) {
	switch x := x.(type) {
	case *ast.Expr:
		if x.Negated || x.IsNot() {
			m.negated = append(m.negated, negation{s, x})
		}
		if terms, ok := x.Terms.([]*ast.Term); ok && len(terms) > 0 {
			m.calls = append(m.calls, call{s, terms[0], terms[1:], x.Location})
		}
	case *ast.With:
		// A builtin that takes another's place is called too.
		if _, ok := x.Value.Value.(ast.Ref); ok {
			m.calls = append(m.calls, call{s, x.Value, nil, x.Value.Location})
		}
	case *ast.Term:
		switch v := x.Value.(type) {
		case ast.Call:
			m.calls = append(m.calls, call{s, v[0], v[1:], x.Location})
		case *ast.Array, ast.Object, ast.Set:
			m.literals = append(m.literals, x)
		}
	}
}
