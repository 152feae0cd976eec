// Package sources reads a policy folder: modules, data, schemas, and what is generated beside them.
package sources

import (
	"errors"
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
)

// Sources are the read files of one request.
type Sources struct {
	Request *request.Request
	// Modules are the author's that parse; Library are Scopeward's own and the generated ones.
	Modules, Library map[string]*ast.Module
	// LibraryText is the text of each file in Library.
	LibraryText map[string]string
	// Data is merged as in OPA's bundle mode; DataFiles holds each file's own content.
	Data, DataFiles map[string]any
	// Schemas are the JSON Schemas below schemas/, by file.
	Schemas map[string]any
	// Problems of files that cannot be read at all.
	Problems []problem.Problem

	// What the author's modules may use, and what the library may.
	capabilities, current *ast.Capabilities
}

// Read parses everything. All files that do not parse are reported together.
func Read(r *request.Request) (*Sources, error) {
	s := &Sources{Request: r, Modules: map[string]*ast.Module{}, Library: map[string]*ast.Module{}, LibraryText: map[string]string{},
		Data: map[string]any{}, DataFiles: map[string]any{}, Schemas: map[string]any{}, capabilities: r.Capabilities(),
		current: ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(ast.RegoV1))}
	for _, file := range util.KeysSorted(r.Files) {
		switch {
		case IsModule(file):
			s.readModule(file)
		case isData(file):
			s.readData(file)
		case isSchema(file):
			s.readSchema(file)
		}
	}
	s.mergeData()
	for _, file := range util.KeysSorted(r.Library) {
		if err := s.addLibrary(file, r.Library[file]); err != nil {
			return nil, err
		}
	}
	for feature, rules := range s.dispatchedRules() {
		file, text := shim(feature, rules)
		if err := s.addLibrary(file, text); err != nil {
			return nil, err
		}
	}
	s.Problems = problem.Sort(s.Problems)
	return s, nil
}

// IsModule tells whether a file of the policy folder is Rego.
func IsModule(file string) bool { return strings.HasSuffix(file, ".rego") }

func isData(file string) bool {
	switch path.Base(file) {
	case "data.json", "data.yaml", "data.yml":
		return !isSchema(file)
	}
	return false
}

func isSchema(file string) bool {
	return strings.HasPrefix(file, "schemas/") && strings.HasSuffix(file, ".json")
}

func (s *Sources) readModule(file string) {
	m, err := ast.ParseModuleWithOpts(file, s.Request.Files[file], ast.ParserOptions{ProcessAnnotation: true,
		RegoVersion: s.Request.RegoVersion(), Capabilities: s.capabilities})
	if err != nil {
		s.Problems = append(s.Problems, s.parseProblems(file, err)...)
		return
	}
	s.Modules[file] = m
}

func (s *Sources) parseProblems(file string, err error) []problem.Problem {
	var many ast.Errors
	var one *ast.Error
	if errors.As(err, &one) {
		many = ast.Errors{one}
	} else if !errors.As(err, &many) {
		return []problem.Problem{{Severity: "error", Code: ast.ParseErr, Message: err.Error(), File: file, Row: 1, Column: 1}}
	}
	result := make([]problem.Problem, 0, len(many))
	for _, e := range many {
		result = append(result, s.advise(e))
	}
	return distinct(result)
}

// Problems are OPA's own errors as problems.
func Problems(errs ast.Errors) []problem.Problem {
	result := make([]problem.Problem, 0, len(errs))
	for _, e := range errs {
		result = append(result, problem.Error(e.Code, e.Message, e.Location))
	}
	return result
}

// addLibrary parses what Scopeward itself brings; a mistake in it is a defect, not a problem.
func (s *Sources) addLibrary(file, text string) error {
	m, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1,
		Capabilities: s.current})
	if err != nil {
		return err
	}
	s.Library[file], s.LibraryText[file] = m, text
	return nil
}
