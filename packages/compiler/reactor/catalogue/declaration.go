package catalogue

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

const scopesRule = ast.Var("scopes")

var scopePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(?::[a-z0-9][a-z0-9-]*)*$`)

// declaration is one rule scopes["<scope>"] := … of a feature, as parsed.
type declaration struct {
	feature, scope string
	rule           *ast.Rule
	// literal is the value where it needs no evaluation, else nil.
	literal ast.Value
}

// key is where the scope's name stands.
func (d declaration) key() *ast.Location { return d.rule.Head.Ref()[1].Location }

// survey gathers what the parsed modules of features declare.
type survey struct {
	features     map[string]Feature
	declarations []declaration
	problems     []problem.Problem

	first map[string]declaration
	// tried are features with a rule that is meant to declare a scope, be it well or not.
	tried map[string]bool
}

func take(modules map[string]*ast.Module) *survey {
	s := &survey{features: map[string]Feature{}, first: map[string]declaration{}, tried: map[string]bool{}}
	packages := map[string]*ast.Package{}
	for _, file := range feature.Policies(modules) {
		m := modules[file]
		name, _ := feature.Of(m.Package)
		if sources.IsTest(file, m) {
			s.refuseScopes(m)
			continue
		}
		if packages[name] == nil {
			packages[name] = m.Package
		}
		s.features[name] = titled(s.features[name], m)
		for _, rule := range m.Rules {
			if isScopes(rule) {
				s.add(name, rule)
			}
		}
	}
	s.warnOfFeatures(packages)
	return s
}

func isScopes(rule *ast.Rule) bool { return rule.Head.Ref()[0].Equal(ast.NewTerm(scopesRule)) }

// refuseScopes keeps scopes out of files that never enter a bundle: they would be in the catalogue,
// and the rules beside them would not be asked.
func (s *survey) refuseScopes(m *ast.Module) {
	for _, rule := range m.Rules {
		if isScopes(rule) {
			s.refuse(scopeInTestFile, "a file of tests does not enter the bundle, declare the scope beside the feature's rules", rule.Location)
		}
	}
}

func (s *survey) add(name string, rule *ast.Rule) {
	s.tried[name] = true
	if message, at := misshapen(rule); message != "" {
		s.refuse(scopeShape, message+", write `scopes[\"<scope>\"] := {…}`", at)
		return
	}
	key := rule.Head.Ref()[1]
	text, named := key.Value.(ast.String)
	if !named {
		s.refuse(scopeKeyComputed, "a scope is declared by its name, write it as a string literal", key.Location)
		return
	}
	d := declaration{feature: name, scope: string(text), rule: rule, literal: literal(rule)}
	if first, ok := s.first[d.scope]; ok {
		s.refuse(scopeDuplicate, fmt.Sprintf("scope `%s` is declared at %s already, keep one of the two", d.scope, place(first.key())), d.key())
		return
	}
	s.first[d.scope] = d
	if !scopePattern.MatchString(d.scope) {
		s.refuse(scopeNameInvalid, misnamed(d.scope), d.key())
	}
	s.declarations = append(s.declarations, d)
	own := s.features[name]
	own.Scopes = append(own.Scopes, d.scope)
	s.features[name] = own
}

// misshapen tells what a rule named scopes is instead of the declaration of one scope.
func misshapen(rule *ast.Rule) (string, *ast.Location) {
	ref := rule.Head.Ref()
	switch {
	case rule.Default:
		return "a scope has no default", rule.Location
	case len(rule.Head.Args) > 0:
		return "`scopes` is no function", rule.Location
	case rule.Head.RuleKind() == ast.MultiValue:
		return "`scopes` is no set", rule.Location
	case len(ref) == 1:
		return "each scope is declared by a rule of its own", rule.Location
	case len(ref) > 2:
		return "a scope is declared as a whole", ref[2].Location
	case rule.Else != nil:
		return "a scope has one value and no `else`", rule.Else.Location
	}
	return "", nil
}

func misnamed(scope string) string {
	if strings.Contains(scope, "*") {
		return fmt.Sprintf("`%s` has a wildcard, which only a key's grant may have", scope)
	}
	return fmt.Sprintf("`%s` is no scope, it is segments of `[a-z0-9][a-z0-9-]*` joined by `:`", scope)
}

func (s *survey) refuse(code, message string, at *ast.Location) {
	s.problems = append(s.problems, problem.Error(code, message, at))
}

func place(at *ast.Location) string { return fmt.Sprintf("%s:%d:%d", at.File, at.Row, at.Col) }
