package build

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/problem"
)

// The entrypoint of every bundle.
const decision = "scopeward/decision"

// bundleFiles gives all files but the manifest.
func bundleFiles(c *check.Checked) (map[string][]byte, []problem.Problem, error) {
	s := c.Sources
	files := map[string][]byte{}
	author := s.Shipped()
	for file := range author {
		files[file] = []byte(s.Request.Files[file])
	}
	for file, text := range s.LibraryText {
		files[file] = []byte(text)
	}
	data, err := jsonText(c.Data())
	if err != nil {
		return nil, nil, err
	}
	files[dataFile] = data
	entries := entrypoints(c)

	plan, err := target(compile.TargetPlan, merged(s.Library, author), s.Request.Capabilities(), entries)
	if err != nil {
		return nil, problems(c, err), nil
	}
	files[planFile] = plan.PlanModules[0].Raw

	wasm, err := target(compile.TargetWasm, merged(s.Library, author), s.Request.Capabilities(), entries)
	if err != nil {
		return nil, problems(c, err), nil
	}
	files[wasmFile] = wasm.WasmModules[0].Raw
	return files, nil, nil
}

func merged(a, b map[string]*ast.Module) map[string]*ast.Module {
	result := maps.Clone(a)
	maps.Copy(result, b)
	return result
}

// target compiles for the plan or for WebAssembly. The modules are read only.
func target(name string, modules map[string]*ast.Module, capabilities *ast.Capabilities, entrypoints []string) (*bundle.Bundle, error) {
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
	if err := c.Build(context.Background()); err != nil {
		return nil, err
	}
	return c.Bundle(), nil
}

// shallow copies a module as far as the compiler changes the original: it takes rules, comments and
// annotations of entrypoints out of it.
func shallow(m *ast.Module) *ast.Module {
	copied := *m
	return &copied
}

// entrypoints are the library's decision and what the author marks outside of features, sorted.
func entrypoints(c *check.Checked) []string {
	found := map[string]bool{decision: true}
	for _, m := range c.Sources.Shipped() {
		if len(m.Package.Path) > 1 && m.Package.Path[1].Equal(ast.StringTerm("features")) {
			continue
		}
		for _, a := range m.Annotations {
			if path := a.GetTargetPath(); a.Entrypoint && path != nil {
				if pointer, err := path.GroundPrefix().Ptr(); err == nil {
					found[pointer] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func problems(c *check.Checked, err error) []problem.Problem {
	var errs ast.Errors
	if errors.As(err, &errs) {
		return c.Sources.CompileProblems(errs)
	}
	return []problem.Problem{{Severity: "error", Code: "build_failed", Message: err.Error()}}
}
