// Package format is OPA's formatter over a policy folder.
package format

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

// Result holds the formatted text of each file that parses, and the problems of the others.
type Result struct {
	Formatted map[string]string `json:"formatted"`
	Problems  []problem.Problem `json:"problems"`
}

// Run formats each file by itself.
func Run(r *request.Request) (*Result, error) {
	result := &Result{Formatted: map[string]string{}, Problems: []problem.Problem{}}
	version := r.RegoVersion()
	capabilities := r.Capabilities()
	parser := ast.ParserOptions{RegoVersion: version, Capabilities: capabilities}
	for _, file := range util.KeysSorted(r.Files) {
		if !sources.IsModule(file) {
			continue
		}
		text, err := format.SourceWithOpts(file, []byte(r.Files[file]),
			format.Opts{RegoVersion: version, Capabilities: capabilities, ParserOptions: &parser})
		if err != nil {
			result.Problems = append(result.Problems, problems(file, err)...)
			continue
		}
		// The formatter errs at some old syntax, and its text would replace the author's.
		if _, err := ast.ParseModuleWithOpts(file, string(text), parser); err != nil {
			result.Problems = append(result.Problems, unformattable(file, "OPA's formatter makes a text of it that does not parse"))
			continue
		}
		result.Formatted[file] = string(text)
	}
	result.Problems = problem.Sort(result.Problems)
	return result, nil
}

func problems(file string, err error) []problem.Problem {
	var many ast.Errors
	var one *ast.Error
	switch {
	case errors.As(err, &many):
		return sources.Problems(many)
	case errors.As(err, &one):
		return sources.Problems(ast.Errors{one})
	}
	return []problem.Problem{unformattable(file, err.Error())}
}

func unformattable(file, message string) problem.Problem {
	return problem.Problem{Severity: "error", Code: ast.FormatErr, Message: message, File: file, Row: 1, Column: 1}
}
