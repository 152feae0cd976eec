// Package build makes the bundle of a policy: WebAssembly, plan, data and sources.
package build

import (
	"slices"

	"scopeward.dev/compiler/reactor/archive"
	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

// Result has only Problems when the policy is refused.
type Result struct {
	Refused  bool              `json:"refused"`
	Problems []problem.Problem `json:"problems"`
	// Bundle is the tar.gz, Wasm the module inside it, to be loaded once as a test.
	Bundle    []byte         `json:"bundle,omitempty"`
	Wasm      []byte         `json:"wasm,omitempty"`
	Revision  string         `json:"revision,omitempty"`
	Catalogue any            `json:"catalogue,omitempty"`
	Sizes     map[string]int `json:"sizes,omitempty"`
	// Signed lists what a signature covers, as OPA digests it.
	Signed []SignedFile `json:"signed,omitempty"`
}

// Run checks the sources and builds both targets.
func Run(s *sources.Sources) (*Result, error) {
	checked, err := check.Strict(s)
	if err != nil {
		return nil, err
	}
	problems := checked.Problems()
	if check.Refused(problems) {
		return &Result{Refused: true, Problems: problems}, nil
	}
	checked.Compiler = nil // nobody asks it any more, and what the targets need grows as large
	files, found, err := bundleFiles(checked)
	if err != nil {
		return nil, err
	}
	problems = problem.Sort(slices.Concat(problems, found))
	if check.Refused(found) {
		return &Result{Refused: true, Problems: problems}, nil
	}
	return pack(checked, files, problems)
}

func pack(c *check.Checked, files map[string][]byte, warnings []problem.Problem) (*Result, error) {
	result := &Result{Problems: warnings, Catalogue: c.CatalogueData(), Wasm: files[wasmFile], Sizes: map[string]int{}}
	digested := digests(files)
	result.Revision = revision(digested)
	manifest, err := manifestText(c, result.Revision)
	if err != nil {
		return nil, err
	}
	files[manifestFile] = manifest
	for name, content := range files {
		result.Sizes[name] = len(content)
	}
	if result.Signed, err = signedFiles(files, digested); err != nil {
		return nil, err
	}
	result.Bundle, err = archive.Write(files)
	return result, err
}
