// Package check compiles sources with all that is known of them and asks Scopeward's own rules.
package check

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

// Checked are sources with what came of the check.
type Checked struct {
	Sources *sources.Sources
	// Compiler is nil when the modules did not compile.
	Compiler *ast.Compiler
	// Catalogue is nil when it could not be evaluated.
	Catalogue *catalogue.Catalogue
	// Compiling are the problems that keep anything from being evaluated; Authoring are those of
	// Scopeward's own rules.
	Compiling, Authoring []problem.Problem

	catalogueData map[string]any
}

// Problems are all, sorted.
func (c *Checked) Problems() []problem.Problem {
	return problem.Sort(slices.Concat([]problem.Problem{}, c.Compiling, c.Authoring))
}

// Refused tells whether one of the problems is an error.
func Refused(problems []problem.Problem) bool {
	return slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Severity == "error" })
}

// Strict checks everything, as `check` and `build` do.
func Strict(s *sources.Sources) (*Checked, error) {
	c, err := compile(s, true)
	if err != nil {
		return nil, err
	}
	c.Authoring = append(c.Authoring, authorProblems(c)...)
	return c, nil
}

// Lenient compiles as `opa test` and `opa eval` do; what only Scopeward's rules refuse may run.
func Lenient(s *sources.Sources) (*Checked, error) { return compile(s, false) }

func compile(s *sources.Sources, strict bool) (*Checked, error) {
	c := &Checked{Sources: s, Compiling: slices.Clone(s.Problems)}
	if len(c.Compiling) > 0 {
		return c, nil
	}
	if c.Compiling = s.CheckSchemas(); len(c.Compiling) > 0 {
		return c, nil
	}
	typesTools := strict && s.HasToolSchemas()
	if typesTools {
		if done, err := c.attemptDeclared(); done || err != nil {
			return c, err
		}
	}
	if err := c.attempt(nil, strict); err != nil || c.Compiler == nil {
		return c, err
	}
	c.evaluateCatalogue()
	if c.Catalogue == nil || !typesTools {
		return c, nil
	}
	// Which tools a feature has is known only now; their schemas type its `input.args`.
	return c, c.attempt(toolsOf(c.Catalogue), strict)
}

// attemptDeclared compiles once where the tools of features can be read off their scopes. It is not
// done when that fails: what is wrong whatever the tools are is told alone.
func (c *Checked) attemptDeclared() (done bool, err error) {
	declared := catalogue.Declared(c.Sources.Modules)
	if declared == nil {
		return false, nil
	}
	if err := c.attempt(toolsOf(declared), true); err != nil || c.Compiler == nil {
		return false, err
	}
	c.evaluateCatalogue()
	return true, nil
}

func (c *Checked) attempt(tools sources.Tools, strict bool) error {
	var types *sources.InputTypes
	if strict {
		var err error
		if types, err = c.Sources.InputTypes(tools); err != nil {
			return err
		}
	}
	compiler, errs := c.Sources.Compile(c.Sources.Modules, types, strict)
	c.Compiler, c.Compiling = compiler, c.Sources.CompileProblems(errs)
	return nil
}

func toolsOf(c *catalogue.Catalogue) sources.Tools {
	tools := sources.Tools{}
	for _, scope := range c.Scopes {
		t := tools[scope.Feature]
		t.Names = append(t.Names, scope.Tools...)
		t.Models = t.Models || len(scope.Models) > 0
		tools[scope.Feature] = t
	}
	for feature, t := range tools {
		slices.Sort(t.Names)
		t.Names = slices.Compact(t.Names)
		tools[feature] = t
	}
	return tools
}
