package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

const ruleShape = "rule_shape"

// sets are the rules of a feature that are partial sets.
var sets = map[string]bool{"deny": true, "require_approval": true, "obligations": true}

// ruleShapes refuses rules that the library would take for a malformed answer, or that make a module
// which cannot be loaded.
func ruleShapes(p *policy) []problem.Problem {
	var problems []problem.Problem
	first := map[string]*ast.Rule{}
	for _, m := range p.features() {
		for _, rule := range m.own() {
			name, message := ruleName(rule), ""
			switch {
			case sets[name]:
				message = noSet(rule)
			case name == "args":
				if message = noObject(rule); message == "" {
					if before := first[m.feature]; before != nil {
						message = fmt.Sprintf("there is one `args`, and it is at %s:%d already: two that apply at once have no answer, join them with `else`",
							before.Location.File, before.Location.Row)
					} else {
						first[m.feature] = rule
					}
				}
			}
			if message != "" {
				problems = append(problems, problem.Error(ruleShape, message, rule.Head.Location))
			}
		}
	}
	return problems
}

func noSet(rule *ast.Rule) string {
	name := ruleName(rule)
	example := `{"code": "…"}`
	if name == "obligations" {
		example = `{"type": "…"}`
	}
	if rule.Default || len(rule.Head.Args) > 0 || len(rule.Head.Ref()) > 1 || rule.Head.RuleKind() != ast.MultiValue {
		return fmt.Sprintf("`%s` is a set, write `%s contains %s if { … }`", name, name, example)
	}
	return ""
}

func noObject(rule *ast.Rule) string {
	head := rule.Head
	if rule.Default {
		return "`args` has no default: it is undefined where nothing is to be replaced"
	}
	if len(head.Args) > 0 || len(head.Ref()) > 1 || head.RuleKind() == ast.MultiValue {
		return "`args` is one rule with one object, write `args := {…} if { … }`"
	}
	for ; rule != nil; rule = rule.Else {
		switch rule.Head.Value.Value.(type) {
		case ast.Null, ast.Boolean, ast.Number, ast.String, *ast.Array, ast.Set, *ast.ArrayComprehension, *ast.SetComprehension, *ast.TemplateString:
			return "`args` is an object of the arguments to replace, write `args := {…} if { … }`"
		}
	}
	return ""
}
