// Package target compiles modules with OPA's compiler for the plan or for WebAssembly.
package target

import (
	"context"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/util"
)

// Plan gives the intermediate representation as JSON.
func Plan(modules map[string]*ast.Module, capabilities *ast.Capabilities, entrypoints []string) ([]byte, error) {
	built, err := run(compile.TargetPlan, modules, capabilities, entrypoints)
	if len(built.PlanModules) == 0 {
		return nil, err
	}
	return built.PlanModules[0].Raw, nil
}

// Wasm gives the WebAssembly module.
func Wasm(modules map[string]*ast.Module, capabilities *ast.Capabilities, entrypoints []string) ([]byte, error) {
	built, err := run(compile.TargetWasm, modules, capabilities, entrypoints)
	if len(built.WasmModules) == 0 {
		return nil, err
	}
	return built.WasmModules[0].Raw, nil
}

// run reads the modules only. An error beside the answer is of the formatter, which comes last: it
// writes what an entrypoint leaves of its module, and not everything that is compiled can be written.
func run(name string, modules map[string]*ast.Module, capabilities *ast.Capabilities, entrypoints []string) (*bundle.Bundle, error) {
	b := &bundle.Bundle{Data: map[string]any{}}
	b.SetRegoVersion(ast.RegoV1)
	b.Manifest.Init()
	for _, file := range util.KeysSorted(modules) {
		// The compiler formats Raw after it has compiled Parsed. Nobody reads that text, so it is short.
		b.Modules = append(b.Modules, bundle.ModuleFile{URL: file, Path: file, Parsed: shallow(modules[file]), Raw: []byte("package p\n")})
	}
	// Pruning means here that modules which depend on an entrypoint do not become entrypoints themselves.
	// WithBundle skips the loader, so neither a file system nor an order of files enters the result.
	c := compile.New().WithBundle(b).WithTarget(name).WithCapabilities(capabilities).WithEntrypoints(entrypoints...).
		WithPruneUnused(true).WithRegoVersion(ast.RegoV1)
	return b, c.Build(context.Background())
}

// shallow copies a module as far as the compiler changes the original: it takes rules and annotations
// of entrypoints out of it, and every comment, for which it would format the rest.
func shallow(m *ast.Module) *ast.Module {
	copied := *m
	copied.Comments = nil
	return &copied
}
