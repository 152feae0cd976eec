package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/tester"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

const (
	ruleNameUnknown = "rule_name"
	ruleInTestFile  = "rule_in_test_file"
)

// What a feature may define, beside helpers.
var names = []string{"scopes", "deny", "require_approval", "obligations", "args"}

// ruleNames refuses rules that nobody would ask: those of another name, and those in files that
// never enter a bundle.
func ruleNames(p *policy) []problem.Problem {
	var problems []problem.Problem
	deciding, entered, _ := p.reach()
	for _, m := range p.modules {
		if m.kind != feature.Policy {
			problems = append(problems, missed(m, deciding, entered)...)
			continue
		}
		for _, rule := range m.own() {
			name := ruleName(rule)
			switch {
			case m.test:
				problems = append(problems, problem.Error(ruleInTestFile, fmt.Sprintf(
					"a file of tests does not enter the bundle: move the rule to `features/%s.rego`, or make the file package `%s`",
					m.feature, packageOf(m.feature+"_test")), rule.Location))
			case isTest(name):
				problems = append(problems, problem.Error(ruleNameUnknown, fmt.Sprintf(
					"a test is no rule of a feature: move `%s` to package `%s`", name, packageOf(m.feature+"_test")), rule.Head.Location))
			case !slices.Contains(names, name) && !strings.HasPrefix(name, "_"):
				problems = append(problems, problem.Error(ruleNameUnknown, fmt.Sprintf(
					"nobody asks a rule `%s`%s: a feature has %s, and helpers whose names begin with `_`",
					name, hint(name), spelling.Choice(names)), rule.Head.Location))
			}
		}
	}
	return problems
}

// missed finds the rules among tests that a decision rests on: it would rest on nothing in the bundle.
func missed(m *module, deciding, entered map[*ast.Rule]bool) []problem.Problem {
	var problems []problem.Problem
	for _, rule := range m.own() {
		if m.test && (deciding[rule] || entered[rule]) {
			problems = append(problems, problem.Error(ruleInTestFile, fmt.Sprintf(
				"a rule that enters the bundle uses `%s`, and tests do not enter it: move the rule to a file and a package whose names do not end in `_test`",
				ruleName(rule)), rule.Location))
		}
	}
	return problems
}

func hint(name string) string {
	if near := spelling.Hint(name, names); near != "" {
		return near
	}
	return ", is it a helper `_" + name + "`"
}

func isTest(name string) bool {
	return strings.HasPrefix(name, tester.TestPrefix) || strings.HasPrefix(name, tester.SkipTestPrefix)
}
