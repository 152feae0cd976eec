package sources

import (
	"cmp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

// CompileProblems moves what OPA found to the author's files. A mistake of the author often shows in
// the library or in a generated module too (a recursion, a conflict of types): that is said at the
// author's rule, and not twice.
func (s *Sources) CompileProblems(errs ast.Errors) []problem.Problem {
	var own, foreign []problem.Problem
	for _, e := range errs {
		p := s.advise(e)
		if _, library := s.Library[p.File]; library {
			foreign = append(foreign, s.move(p, e.Location))
		} else {
			own = append(own, p)
		}
	}
	for _, p := range foreign {
		alike := func(other problem.Problem) bool { return other.Code == p.Code }
		switch {
		case p.File == "" && len(own) > 0:
		case p.Code == ast.RecursionErr && slices.ContainsFunc(own, alike):
		default:
			own = append(own, p)
		}
	}
	return problem.Sort(own)
}

// move finds the author's rule that a problem in the library or in a shim comes from.
func (s *Sources) move(p problem.Problem, at *ast.Location) problem.Problem {
	named := p.Message
	if feature, ok := shimmed(p.File); ok {
		rule, _, _ := strings.Cut(string(at.Text), " ")
		named += " data.features." + feature + "." + rule
	}
	p.File, p.Row, p.Column = "", 0, 0
	if rule := s.firstNamed(named); rule != nil {
		p.File, p.Row, p.Column = rule.Location.File, rule.Location.Row, rule.Location.Col
	}
	return p
}

// firstNamed gives the author's first rule whose path a message names.
func (s *Sources) firstNamed(message string) *ast.Rule {
	var found []*ast.Rule
	for _, m := range s.Modules {
		for _, rule := range m.Rules {
			if names(message, m.Package.Path.Extend(rule.Head.Ref().GroundPrefix()).String()) {
				found = append(found, rule)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return slices.MinFunc(found, func(a, b *ast.Rule) int {
		return cmp.Or(cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Row, b.Location.Row),
			cmp.Compare(a.Location.Col, b.Location.Col))
	})
}

// names tells whether a path stands in a text as a whole, not as the beginning of a longer one.
func names(text, path string) bool {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, path)
		if !ok {
			return false
		}
		if after == "" || !strings.ContainsAny(after[:1], "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
			return true
		}
		rest = after
	}
}
