package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/problem"
)

const testDuplicate = "test_duplicate"

// testNames refuses a test whose name another of its package has: a report could not tell the two
// apart, and on the evaluator that ships they would be one rule that passes when either does.
func testNames(p *policy) []problem.Problem {
	var problems []problem.Problem
	first := map[string]*ast.Location{}
	for _, m := range p.modules {
		if m.kind != feature.Test {
			continue
		}
		for _, rule := range m.Rules {
			name := testName(rule)
			if name == "" {
				continue
			}
			key := m.Package.Path.String() + "." + name
			before, ok := first[key]
			if !ok {
				first[key] = rule.Head.Location
				continue
			}
			problems = append(problems, problem.Error(testDuplicate, fmt.Sprintf(
				"`%s` is there already, at %s:%d: give this test a name of its own", name, before.File, before.Row), rule.Head.Location))
		}
	}
	return problems
}

// testName is what a test is called, without its cases: `test_x` of `test_x[case]`.
func testName(rule *ast.Rule) string {
	ref := rule.Head.Ref()
	path := ""
	for i, part := range ref {
		var name string
		switch v := part.Value.(type) {
		case ast.Var:
			if i > 0 {
				return ""
			}
			name = string(v)
		case ast.String:
			name = string(v)
		default:
			return ""
		}
		if path += "." + name; isTest(name) {
			return path[1:]
		}
	}
	return ""
}
