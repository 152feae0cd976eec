package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

const headUnsafe = "head_unsafe"

// heads refuses `input` in the head of a rule whose silence would open the door: a head is undefined
// where something in it is missing. A template string writes `<undefined>` for that, and stays.
func heads(p *policy) []problem.Problem {
	var problems []problem.Problem
	for _, m := range p.features() {
		for _, rule := range m.own() {
			if name := ruleName(rule); sets[name] {
				problems = append(problems, head(m, name, rule)...)
			}
		}
	}
	return problems
}

func head(m *module, name string, rule *ast.Rule) []problem.Problem {
	var problems []problem.Problem
	s := newScope(m, rule)
	ast.NewGenericVisitor(func(x any) bool {
		t, ok := x.(*ast.Term)
		if !ok {
			return false
		}
		if _, template := t.Value.(*ast.TemplateString); template {
			return true
		}
		ref := s.written(t)
		if ref == nil || !ref[0].Equal(ast.InputRootDocument) {
			return false
		}
		problems = append(problems, problem.Error(headUnsafe, fmt.Sprintf(
			"where `%s` is missing the head of `%s` is undefined and the rule says nothing: quote it as `$\"{%s}\"`, or take it into a variable in the body", t, name, t), t.Location))
		return true
	}).Walk(rule.Head)
	return problems
}
