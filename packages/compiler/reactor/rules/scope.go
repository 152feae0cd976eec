package rules

import "github.com/open-policy-agent/opa/v1/ast"

// scope is what the identifiers of one rule stand for.
type scope struct {
	m    *module
	rule *ast.Rule
	// declared are the local variables, renamed those that only give another name to something, and
	// called those that hold what a call gives.
	declared map[ast.Var]bool
	renamed  map[ast.Var]*ast.Term
	called   map[ast.Var]*ast.Term
	// passed are names that are no references of their own.
	passed map[*ast.Term]bool
}

func newScope(m *module, rule *ast.Rule) *scope {
	s := &scope{m: m, rule: rule, declared: map[ast.Var]bool{}, renamed: map[ast.Var]*ast.Term{}, called: map[ast.Var]*ast.Term{},
		passed: map[*ast.Term]bool{}}
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Head:
			for _, arg := range x.Args {
				s.declare(arg)
			}
		case *ast.SomeDecl:
			for _, symbol := range x.Symbols {
				s.declareSome(symbol)
			}
		case *ast.Every:
			s.declare(x.Key)
			s.declare(x.Value)
		case *ast.Expr:
			s.bind(x)
		}
		return false
	}).Walk(rule)
	return s
}

// declareSome takes `some x` and `some x in xs`, which the parser keeps as a call.
func (s *scope) declareSome(symbol *ast.Term) {
	if in, ok := symbol.Value.(ast.Call); ok && len(in) > 2 {
		for _, term := range in[1 : len(in)-1] {
			s.declare(term)
		}
		return
	}
	s.declare(symbol)
}

// declare takes the variables of a term: of a pattern such as `[a, b]`, all.
func (s *scope) declare(term *ast.Term) {
	if term == nil {
		return
	}
	ast.NewGenericVisitor(func(x any) bool {
		if t, ok := x.(*ast.Term); ok {
			switch v := t.Value.(type) {
			case ast.Ref, ast.Call:
				return true
			case ast.Var:
				s.declared[v] = true
			}
		}
		return false
	}).Walk(term)
}

// bind takes `x := y` and `x = y`, where y is a reference or a call.
func (s *scope) bind(e *ast.Expr) {
	if e.Negated || len(e.With) > 0 || !(e.IsAssignment() || e.IsEquality()) || len(e.Operands()) != 2 {
		return
	}
	left, right := e.Operand(0), e.Operand(1)
	if e.IsAssignment() {
		s.declare(left)
	}
	name, ok := left.Value.(ast.Var)
	if !ok {
		return
	}
	switch right.Value.(type) {
	case ast.Ref, ast.Var:
		s.renamed[name] = right
	case ast.Call:
		s.called[name] = right
	}
}

// A chain of renamings longer than this is given up.
const renamings = 8

// reference is what a term refers to, from `input` or `data` on: through imports, rules of the
// package and variables that only rename. Nil where it refers to something else.
func (s *scope) reference(t *ast.Term) ast.Ref { return s.follow(t, renamings) }

// written is the same without looking through local variables.
func (s *scope) written(t *ast.Term) ast.Ref { return s.follow(t, 0) }

func (s *scope) follow(t *ast.Term, depth int) ast.Ref {
	switch v := t.Value.(type) {
	case ast.Var:
		if v.Equal(ast.InputRootDocument.Value) || v.Equal(ast.DefaultRootDocument.Value) {
			return ast.Ref{t}
		}
		if global, ok := s.m.names[v]; ok && !s.declared[v] {
			return global
		}
		if named, ok := s.renamed[v]; ok && depth > 0 {
			return s.follow(named, depth-1)
		}
	case ast.Ref:
		if len(v) == 0 {
			return nil
		}
		if base := s.follow(v[0], depth); base != nil {
			return append(base[:len(base):len(base)], v[1:]...)
		}
	}
	return nil
}
