// Package query compiles one query over modules to WebAssembly, as the conformance tool needs it.
package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/renaming"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
	"scopeward.dev/compiler/reactor/target"
)

// Result has Problems, or a module whose entrypoint gives the set of the query's bindings: one
// object for each answer, from variable to value.
type Result struct {
	Problems   []problem.Problem `json:"problems,omitempty"`
	Wasm       []byte            `json:"wasm,omitempty"`
	Entrypoint string            `json:"entrypoint,omitempty"`
	Data       json.RawMessage   `json:"data,omitempty"`
}

const (
	generatedPackage = "scopeward_query"
	generatedRule    = "bindings"
	generatedFile    = "query.rego"
	entrypoint       = generatedPackage + "/" + generatedRule
)

// Compile renames builtins as a build does.
func Compile(r *request.Request) (*Result, error) {
	modules, err := parse(r)
	if err != nil {
		return refused(err)
	}
	plan, err := target.Plan(modules, r.Capabilities(), []string{entrypoint})
	if err != nil {
		return refused(err)
	}
	renamed, errs := renaming.Rename(r, nil, modules)
	if len(errs) > 0 {
		return refused(errs)
	}
	missing, err := renamed.Missing(r, plan)
	if err != nil || len(missing) > 0 {
		return &Result{Problems: missing}, err
	}
	wasm, err := target.Wasm(renamed.All, renamed.Capabilities, []string{entrypoint})
	if err != nil {
		return refused(err)
	}
	data := r.Data
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	return &Result{Wasm: wasm, Entrypoint: entrypoint, Data: data}, nil
}

func parse(r *request.Request) (map[string]*ast.Module, error) {
	options := ast.ParserOptions{RegoVersion: r.RegoVersion(), Capabilities: r.Capabilities()}
	modules := map[string]*ast.Module{}
	for i, text := range r.Modules {
		file := fmt.Sprintf("module-%03d.rego", i)
		m, err := ast.ParseModuleWithOpts(file, text, options)
		if err != nil {
			return nil, err
		}
		modules[file] = m
	}
	// Whatever version the modules are of, the query is Rego v1.
	body, err := ast.ParseBodyWithOpts(r.Query, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, err
	}
	modules[generatedFile], err = generated(body)
	return modules, err
}

// generated is a module whose one rule holds the bindings of a query.
func generated(body ast.Body) (*ast.Module, error) {
	m, err := ast.ParseModuleWithOpts(generatedFile, "package "+generatedPackage+"\n\n"+generatedRule+" contains {} if true\n",
		ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, err
	}
	variables := [][2]*ast.Term{}
	for _, name := range slices.Sorted(maps.Keys(variablesOf(body))) {
		variables = append(variables, [2]*ast.Term{ast.StringTerm(string(name)), ast.VarTerm(string(name))})
	}
	m.Rules[0].Head.Key = ast.ObjectTerm(variables...)
	m.Rules[0].Body = body
	return m, nil
}

// variablesOf are those that a query answers for: not those of comprehensions, and no wildcards.
func variablesOf(body ast.Body) map[ast.Var]bool {
	found := map[ast.Var]bool{}
	visitor := ast.NewVarVisitor().WithParams(ast.VarVisitorParams{SkipRefCallHead: true, SkipClosures: true})
	visitor.Walk(body)
	for name := range visitor.Vars() {
		if !name.IsWildcard() && !name.IsGenerated() && !ast.RootDocumentNames.Contains(ast.NewTerm(name)) {
			found[name] = true
		}
	}
	return found
}

func refused(err error) (*Result, error) {
	var many ast.Errors
	if errors.As(err, &many) {
		return &Result{Problems: problem.Sort(sources.Problems(many))}, nil
	}
	return &Result{Problems: []problem.Problem{{Severity: "error", Code: "build_failed", Message: err.Error()}}}, nil
}
