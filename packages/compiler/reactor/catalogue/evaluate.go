package catalogue

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"scopeward.dev/compiler/reactor/problem"
)

// Input is what the catalogue is made of.
type Input struct {
	// Modules are the author's, as parsed with annotations, by file.
	Modules map[string]*ast.Module
	// Compiler holds the compiled modules; nil when they did not compile.
	Compiler *ast.Compiler
	// Data is the base data of the policy folder.
	Data map[string]any
	// PluginBuiltins are names of builtins that scopes cannot use, because only a host runs them.
	PluginBuiltins []string
	// Cancel ends an evaluation that takes too long; nil lets it run.
	Cancel topdown.Cancel
}

// Evaluate checks all that concerns scopes and evaluates them, once for all features. The catalogue
// is nil when a scope is refused or the modules did not compile.
func Evaluate(in Input) (*Catalogue, []problem.Problem) {
	return nil, nil
}
