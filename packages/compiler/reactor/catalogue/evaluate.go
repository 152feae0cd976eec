package catalogue

import (
	"slices"

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
	s := take(in.Modules)
	readers, problems := readAll(in, s.declarations)
	resources, conflicts := resolve(readers)
	problems = slices.Concat(s.problems, problems, conflicts)
	for _, r := range readers {
		problems = append(problems, r.problems...)
	}
	if problems = problem.Sort(problems); in.Compiler == nil || refused(problems) {
		return nil, problems
	}
	return assemble(s, readers, resources), problems
}

// Declared is the catalogue of scopes that are all literals, which can be had before anything is
// compiled. It is nil where one has to be evaluated or is refused.
func Declared(modules map[string]*ast.Module) *Catalogue {
	computed := func(d declaration) bool { return d.literal == nil }
	if slices.ContainsFunc(take(modules).declarations, computed) {
		return nil
	}
	catalogue, _ := Evaluate(Input{Modules: modules, Compiler: ast.NewCompiler()})
	return catalogue
}

// readAll reads every scope whose value is known, in the order of the files.
func readAll(in Input, declarations []declaration) ([]*reader, []problem.Problem) {
	computed := slices.DeleteFunc(slices.Clone(declarations), func(d declaration) bool { return d.literal != nil })
	var problems []problem.Problem
	if in.Compiler != nil {
		problems = inconstant(in, computed)
	}
	// What is not constant has no value before there is a request.
	evaluable := in.Compiler != nil && len(problems) == 0
	e := &evaluation{in: in}
	var readers []*reader
	for _, d := range declarations {
		value := d.literal
		if value == nil && evaluable {
			var failure *problem.Problem
			if value, failure = e.value(d); failure != nil {
				problems = append(problems, *failure)
				evaluable = !e.cancelled()
			}
		}
		if value != nil {
			readers = append(readers, read(d, value))
		}
	}
	return readers, problems
}

func refused(problems []problem.Problem) bool {
	return slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Severity == "error" })
}

func assemble(s *survey, readers []*reader, resources map[string]any) *Catalogue {
	scopes := map[string]Scope{}
	for _, r := range readers {
		scopes[r.declaration.scope] = r.scope
	}
	for name, f := range s.features {
		f.Scopes = append([]string{}, f.Scopes...)
		slices.Sort(f.Scopes)
		s.features[name] = f
	}
	return &Catalogue{Features: s.features, Scopes: scopes,
		Tools:  targets(scopes, func(s Scope) []string { return s.Tools }, resources),
		Models: targets(scopes, func(s Scope) []string { return s.Models }, nil)}
}
