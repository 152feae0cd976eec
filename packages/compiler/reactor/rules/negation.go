package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

const negationUnsafe = "negation_unsafe"

// negations refuses a negated expression that is undefined, rather than true, where something in it
// is missing. The compiler takes operands of a builtin or function, parts of a composite value, keys
// inside of a reference and values of `with` out of the expression and evaluates them before the
// negation; a reference alone, or on one side of `==` and `=`, stays inside.
func negations(p *policy) []problem.Problem {
	var problems []problem.Problem
	for _, m := range p.features() {
		for _, n := range m.negated {
			if missing := p.hoisted(n); missing != nil {
				problems = append(problems, problem.Error(negationUnsafe,
					fmt.Sprintf("where `%s` is missing this negation is not true but undefined, and the rule says nothing: "+
						"move the expression into a helper such as `_allowed` and write `not _allowed`", missing), n.expression.Location))
			}
		}
	}
	return problems
}

// hoisted gives what is taken out of a negated expression and may be missing.
func (p *policy) hoisted(n negation) *ast.Term {
	r := reader{p, n.scope}
	for _, with := range n.expression.With {
		if missing := r.missing(with.Value); missing != nil {
			return missing
		}
	}
	switch terms := n.expression.Terms.(type) {
	case *ast.Term:
		return r.whole(terms)
	case []*ast.Term:
		operands := terms[1:]
		stays := n.expression.IsEquality() || n.expression.Operator().Equal(ast.Equal.Ref())
		for _, operand := range operands {
			missing := r.missing
			if stays && len(operands) == 2 {
				missing = r.whole
			}
			if found := missing(operand); found != nil {
				return found
			}
		}
	}
	return nil // the body of `not { … }` keeps all that is in it
}

type reader struct {
	*policy
	*scope
}

// whole looks at a term that itself stays in the expression.
func (r reader) whole(t *ast.Term) *ast.Term {
	switch v := t.Value.(type) {
	case ast.Var:
		return nil
	case ast.Ref:
		return r.inside(v)
	}
	return r.missing(t)
}

// missing looks at a term that is taken out of the expression.
func (r reader) missing(t *ast.Term) *ast.Term {
	switch v := t.Value.(type) {
	case ast.Var:
		if ref := r.reference(t); ref != nil && !r.always(ref) {
			return t
		}
		return r.given(v)
	case ast.Ref:
		if found := r.inside(v); found != nil {
			return found
		}
		if !r.present(t, v) {
			return t
		}
	case *ast.Array:
		for i := range v.Len() {
			if found := r.missing(v.Elem(i)); found != nil {
				return found
			}
		}
	case ast.Object:
		for _, key := range v.Keys() {
			if found := r.first(key, v.Get(key)); found != nil {
				return found
			}
		}
	case ast.Set:
		return r.first(v.Slice()...)
	case ast.Call:
		if r.mayBeUndefined(v[0]) {
			return t
		}
		return r.first(v[1:]...)
	}
	return nil
}

// given looks at the call whose result a variable holds, once: variables of unsafe modules may hold
// each other.
func (r reader) given(name ast.Var) *ast.Term {
	call, ok := r.called[name]
	if !ok {
		return nil
	}
	delete(r.called, name)
	defer func() { r.called[name] = call }()
	return r.missing(call)
}

func (r reader) first(terms ...*ast.Term) *ast.Term {
	for _, t := range terms {
		if found := r.missing(t); found != nil {
			return found
		}
	}
	return nil
}

// inside looks at what a reference needs before it can be followed.
func (r reader) inside(ref ast.Ref) *ast.Term {
	if _, ok := ref[0].Value.(ast.Var); !ok {
		if found := r.missing(ref[0]); found != nil {
			return found
		}
	}
	return r.first(ref[1:]...)
}

func (r reader) present(t *ast.Term, ref ast.Ref) bool {
	if resolved := r.reference(t); resolved != nil {
		return r.always(resolved)
	}
	_, err := ref[0].Value.Find(ref[1:])
	return err == nil && constant(ref[0])
}

// mayBeUndefined tells whether a call may give nothing for the arguments it takes. A builtin that
// fails is no such case: it denies.
func (r reader) mayBeUndefined(operator *ast.Term) bool {
	if function := r.reference(operator); function != nil {
		return !r.always(function)
	}
	return r.partial[operator.Value.String()]
}
