package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

const (
	codeInvalid  = "code_invalid"
	codeReserved = "code_reserved"
	reasonMember = "reason_member"
)

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

var reservedPrefixes = []string{"scope:", "key:", "engine:"}

// reasons looks at what the rules deny, require_approval and obligations contain. Codes and types
// are literals, so that a reader, a test and an audit find all that there are.
func reasons(p *policy) []problem.Problem {
	var problems []problem.Problem
	for _, m := range p.features() {
		for _, rule := range m.own() {
			if name := ruleName(rule); sets[name] && noSet(rule) == "" {
				problems = append(problems, reason(name, rule.Head.Key)...)
			}
		}
	}
	return problems
}

func reason(rule string, value *ast.Term) []problem.Problem {
	member := "code"
	if rule == "obligations" {
		member = "type"
	}
	object, ok := value.Value.(ast.Object)
	if !ok {
		return []problem.Problem{problem.Error(codeInvalid, fmt.Sprintf(
			"`%s` contains objects, write one into the head so that its `%s` can be read: `%s contains {\"%s\": \"…\"}`", rule, member, rule, member), value.Location)}
	}
	var problems []problem.Problem
	if code := object.Get(ast.StringTerm(member)); code == nil {
		problems = append(problems, problem.Error(codeInvalid, fmt.Sprintf("the object lacks its `%s`", member), value.Location))
	} else if wrong, message := miscoded(member, code); wrong != "" {
		problems = append(problems, problem.Error(wrong, message, code.Location))
	}
	for _, key := range object.Keys() {
		if message := noMember(rule, key, object.Get(key)); message != "" {
			problems = append(problems, problem.Error(reasonMember, message, key.Location))
		}
	}
	return problems
}

func miscoded(member string, code *ast.Term) (string, string) {
	text, ok := code.Value.(ast.String)
	if !ok {
		return codeInvalid, fmt.Sprintf("the `%s` must be a string literal, not computed", member)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(string(text), prefix) {
			return codeReserved, fmt.Sprintf("`%s` begins with `%s`, which is the engine's own, choose another", string(text), prefix)
		}
	}
	if !codePattern.MatchString(string(text)) {
		return codeInvalid, fmt.Sprintf("`%s` must match `[a-z][a-z0-9_]*`", string(text))
	}
	return "", ""
}

// noMember tells what is wrong with a member of a reason or obligation, beside its code or type.
func noMember(rule string, key, value *ast.Term) string {
	name, literal := key.Value.(ast.String)
	if rule == "obligations" {
		if !literal && constant(key) {
			return "the members of an obligation are JSON, their names are strings"
		}
		return ""
	}
	switch {
	case !literal || name != "code" && name != "message":
		return fmt.Sprintf("a reason has `code` and `message` only, not `%s`%s", strings.Trim(key.Value.String(), `"`), misspelt(name))
	case name == "message":
		switch value.Value.(type) {
		case ast.Null, ast.Boolean, ast.Number, *ast.Array, ast.Object, ast.Set, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return "a `message` is a text"
		}
	}
	return ""
}

func misspelt(name ast.String) string {
	return spelling.Hint(string(name), []string{"code", "message"})
}
