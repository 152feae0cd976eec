package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

const referenceUndefined = "reference_undefined"

// reference is a place in a rule that reads below `data`, and all of what it reads.
type reference struct {
	*scope
	path ast.Ref
	at   *ast.Location
}

// references refuses what reads a place that nothing in the policy folder gives: the rule would say
// nothing, whatever the request is, and a denial that says nothing lets the call through.
func references(p *policy) []problem.Problem {
	if p.in.Compiler == nil {
		return nil // what is missing may be in a file that cannot be read
	}
	var problems []problem.Problem
	deciding, entered, declaring := p.reach()
	places := p.places()
	for _, m := range p.modules {
		for _, r := range m.references {
			if m.test || !deciding[r.rule] && !entered[r.rule] && !declaring[r.rule] {
				continue
			}
			if missing, there := places.missing(r.path, p.in.Data); missing != nil {
				name, _ := missing[len(missing)-1].Value.(ast.String)
				problems = append(problems, problem.Error(referenceUndefined, fmt.Sprintf(
					"`%s` is nowhere%s: no data file and no package gives it, so add it or mend the name",
					missing, spelling.Hint(string(name), there)), r.at))
			}
		}
	}
	return problems
}

// refer notes what reads below `data`. A function that is not there is the compiler's to tell, and
// what a `with` replaces need not be there.
func (m *module) refer(s *scope, x any) {
	switch x := x.(type) {
	case *ast.Expr:
		if terms, ok := x.Terms.([]*ast.Term); ok && len(terms) > 0 {
			s.pass(terms[0])
		}
	case *ast.With:
		s.pass(x.Target)
	case *ast.Term:
		switch v := x.Value.(type) {
		case ast.Call:
			s.pass(v[0])
		case ast.Var, ast.Ref:
			if path := s.written(x); !s.passed[x] && len(path) > 1 && path[0].Equal(ast.DefaultRootDocument) {
				m.references = append(m.references, reference{s, path, x.Location})
				s.pass(x)
			}
		}
	}
}

// pass keeps a name, and the identifier that it begins with, from being noted.
func (s *scope) pass(t *ast.Term) {
	if s.written(t) == nil {
		return
	}
	s.passed[t] = true
	if ref, ok := t.Value.(ast.Ref); ok {
		s.passed[ref[0]] = true
	}
}
