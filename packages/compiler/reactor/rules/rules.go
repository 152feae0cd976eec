// Package rules holds what Scopeward demands of policies beyond OPA's strict check. Each rule has a
// stable code with a section in docs/rules.md.
package rules

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/problem"
)

// Input is what the rules look at.
type Input struct {
	// Sources are the author's texts by file.
	Sources map[string]string
	// Modules are the author's modules that parse, as parsed with annotations, by file.
	Modules map[string]*ast.Module
	// Compiler holds the compiled modules; nil when they did not compile.
	Compiler *ast.Compiler
	// Data is the merged base data, DataFiles the parsed content of each data file.
	Data, DataFiles map[string]any
	// Schemas are the parsed JSON Schemas below schemas/, by file.
	Schemas map[string]any
	// InputSchema is the schema of the access request.
	InputSchema any
	// Capabilities are what the modules were compiled with.
	Capabilities *ast.Capabilities
	// HostBuiltins and PluginBuiltins are names of builtins that the host supplies.
	HostBuiltins, PluginBuiltins []string
	// Catalogue is what catalogue.Evaluate gave. Where it is nil, nothing is said about the names of
	// tools: something about the scopes is wrong already.
	Catalogue *catalogue.Catalogue
}

// The rules. Each looks at the whole policy, of which every module was walked once before.
var rules = []func(*policy) []problem.Problem{
	packages,
	dataRoots,
	ruleNames,
	ruleShapes,
	reasons,
	heads,
	negations,
	literals,
	hugeLiterals,
	builtins,
	references,
	testNames,
	toolSchemas,
}

// Check gives every problem that concerns the author's files; what concerns scopes alone is
// catalogue.Evaluate's.
func Check(in Input) []problem.Problem {
	p := survey(in)
	var problems []problem.Problem
	for _, rule := range rules {
		problems = append(problems, rule(p)...)
	}
	return problem.Sort(problems)
}
