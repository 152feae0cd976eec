package catalogue

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

var library = ast.StringTerm("scopeward")

// constancy finds what makes a scope change between two requests, through every rule and function
// that the scope uses.
type constancy struct {
	compiler *ast.Compiler
	plugins  []string
	seen     map[*ast.Rule]bool
	problems []problem.Problem
}

// inconstant are the places that scopes must not reach. A place that several scopes reach is told once.
func inconstant(in Input, declarations []declaration) []problem.Problem {
	c := &constancy{compiler: in.Compiler, plugins: in.PluginBuiltins, seen: map[*ast.Rule]bool{}}
	for _, d := range declarations {
		for _, rule := range in.Compiler.GetRulesExact(d.rule.Ref()) {
			c.visit(d, rule)
		}
	}
	return c.problems
}

func (c *constancy) visit(d declaration, rule *ast.Rule) {
	if c.seen[rule] {
		return
	}
	c.seen[rule] = true
	ast.WalkTerms(rule, func(t *ast.Term) bool {
		if ref, ok := t.Value.(ast.Ref); ok {
			if why := c.changing(ref); why != "" {
				at := ref[0].Location
				if at == nil {
					at = rule.Location
				}
				c.problems = append(c.problems, problem.Error(scopeNotConstant,
					fmt.Sprintf("scope `%s` is fixed when the policies are built: %s", d.scope, why), at))
			}
		}
		return false
	})
	for dependency := range c.compiler.Graph.Dependencies(rule) {
		if used, ok := dependency.(*ast.Rule); ok {
			c.visit(d, used)
		}
	}
}

// changing tells why what a reference gives is not known before there is a request.
func (c *constancy) changing(ref ast.Ref) string {
	name := ref.String()
	switch {
	case ref[0].Equal(ast.InputRootDocument):
		return "it cannot use `input`"
	case reachesLibrary(ref):
		return "it cannot use `data.scopeward`, which is made from the scopes"
	case slices.Contains(c.plugins, name):
		return fmt.Sprintf("it cannot use `%s`, which a plugin brings", name)
	case readsClock(name):
		return fmt.Sprintf("it cannot use `%s`, which answers differently each time", name)
	}
	return ""
}

// reachesLibrary tells whether a reference is, or may be at evaluation, one to data.scopeward.
func reachesLibrary(ref ast.Ref) bool {
	if !ref[0].Equal(ast.DefaultRootDocument) {
		return false
	}
	return len(ref) == 1 || ref[1].Equal(library) || !ref[1].IsGround()
}

func readsClock(builtin string) bool {
	// OPA does not count this one, but whether a token is expired depends on when it is asked.
	if builtin == ast.JWTDecodeVerify.Name {
		return true
	}
	b := ast.BuiltinMap[builtin]
	return b != nil && b.Nondeterministic
}
