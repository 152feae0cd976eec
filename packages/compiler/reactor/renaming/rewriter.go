package renaming

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// rewriter renames calls in compiled rules. It goes through each body in order, as the planner
// does: what is known of a variable at a call is what the expressions before it have bound.
type rewriter struct {
	knowledge
	// hosted are the native builtins that can be renamed.
	hosted map[string]bool
	// closures holds what is known at the end of the body of each comprehension.
	closures map[ast.Value]scope
}

// scope is the types of local variables. One that is not there can be anything.
type scope map[ast.Var]types.Type

func (s scope) inner() scope {
	copied := make(scope, len(s))
	for name, t := range s {
		copied[name] = t
	}
	return copied
}

func (r *rewriter) rule(rule *ast.Rule) {
	for ; rule != nil; rule = rule.Else {
		known := scope{}
		r.body(rule.Body, known)
		r.within(rule.Head, known)
	}
}

func (r *rewriter) body(body ast.Body, known scope) {
	for _, expr := range body {
		r.expr(expr, known)
	}
}

func (r *rewriter) expr(expr *ast.Expr, known scope) {
	visible := known
	if expr.Negated {
		visible = known.inner() // what a negation binds is seen nowhere else
	}
	r.mocks(expr)
	switch terms := expr.Terms.(type) {
	case *ast.Term:
		r.within(terms, visible)
	case []*ast.Term:
		for _, term := range terms[1:] {
			r.within(term, visible)
		}
		r.call(expr, terms, visible)
	case *ast.Every:
		r.within(terms.Domain, visible)
		inner := visible.inner()
		domain := r.typeOf(terms.Domain, visible)
		inner.learn(terms.Key, types.Keys(domain))
		inner.learn(terms.Value, types.Values(domain))
		r.body(terms.Body, inner)
	case *ast.Not:
		r.body(terms.Body, visible.inner())
	case *ast.LogicalAnd:
		r.body(terms.Lhs, visible.inner())
		r.body(terms.Rhs, visible.inner())
	case *ast.LogicalOr:
		r.body(terms.Lhs, visible.inner())
		r.body(terms.Rhs, visible.inner())
	}
	for _, with := range expr.With {
		r.within(with.Value, visible)
	}
}

// within rewrites the comprehensions inside of a node.
func (r *rewriter) within(node any, known scope) {
	ast.WalkClosures(node, func(closure any) bool {
		value, ok := closure.(ast.Value)
		if !ok {
			return false
		}
		if _, done := r.closures[value]; done {
			return true
		}
		inner := known.inner()
		switch x := closure.(type) {
		case *ast.ArrayComprehension:
			r.body(x.Body, inner)
			r.within(x.Term, inner)
		case *ast.SetComprehension:
			r.body(x.Body, inner)
			r.within(x.Term, inner)
		case *ast.ObjectComprehension:
			r.body(x.Body, inner)
			r.within(x.Key, inner)
			r.within(x.Value, inner)
		}
		r.closures[value] = inner
		return true
	})
}

func (r *rewriter) call(expr *ast.Expr, terms []*ast.Term, known scope) {
	operator := expr.Operator()
	name, operands := operator.String(), terms[1:]
	if name == ast.Equality.Name {
		known.unify(operands[0], operands[1], r)
		return
	}
	arity, result := r.signature(operator)
	if r.hosted[name] && !r.proven(name, operands[:min(arity, len(operands))], known) {
		terms[0] = renamed(operator, terms[0].Location)
	}
	if len(operands) > arity {
		known.learn(operands[arity], result)
	}
}

// mocks follows what `with` does to builtins: a mock stands for both names of one, and a builtin
// that stands for a function gets arguments of which nothing is known.
func (r *rewriter) mocks(expr *ast.Expr) {
	for _, with := range expr.With {
		if value, ok := with.Value.Value.(ast.Ref); ok && r.hosted[value.String()] {
			with.Value = renamed(value, with.Value.Location)
		}
		if target, ok := with.Target.Value.(ast.Ref); ok && r.hosted[target.String()] {
			both := *with
			both.Target = renamed(target, with.Target.Location)
			expr.With = append(expr.With, &both)
		}
	}
}

func renamed(operator ast.Ref, at *ast.Location) *ast.Term {
	return ast.NewTerm((&ast.Builtin{Name: HostName(operator.String())}).Ref()).SetLocation(at)
}
