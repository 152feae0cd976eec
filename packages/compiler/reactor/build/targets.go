package build

import (
	"errors"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/renaming"
	"scopeward.dev/compiler/reactor/target"
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

	modules := maps.Clone(s.Library)
	maps.Copy(modules, author)
	plan, err := target.Plan(modules, s.Request.Capabilities(), entries)
	if err != nil {
		return nil, problems(c, err), nil
	}
	files[planFile] = plan

	renamed, errs := renaming.Rename(s.Request, s.Library, author)
	if len(errs) > 0 {
		return nil, problems(c, errs), nil
	}
	missing, err := renamed.Missing(s.Request, plan)
	if err != nil || len(missing) > 0 {
		return nil, missing, err
	}
	wasm, err := target.Wasm(renamed.All, renamed.Capabilities, entries)
	if err != nil {
		return nil, problems(c, err), nil
	}
	files[wasmFile] = wasm
	return files, nil, nil
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
