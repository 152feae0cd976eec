// Package evaluate answers one query with OPA's reference evaluator.
package evaluate

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/clock"
	"scopeward.dev/compiler/reactor/plugin"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

// Result has Problems, or Value where the document is defined.
type Result struct {
	Problems []problem.Problem `json:"problems,omitempty"`
	Defined  bool              `json:"defined"`
	Value    any               `json:"value"`
	Rules    []Spoken          `json:"rules,omitempty"`
}

// Run evaluates the request's query over the author's modules, the library and the catalogue.
func Run(s *sources.Sources) (*Result, error) {
	checked, err := check.Lenient(s)
	if err != nil {
		return nil, err
	}
	if check.Refused(checked.Compiling) {
		return &Result{Problems: checked.Compiling}, nil
	}
	query, err := ast.ParseBodyWithOpts(s.Request.Query, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return refused(err, s), nil
	}
	return evaluate(checked, query)
}

func evaluate(c *check.Checked, query ast.Body) (*Result, error) {
	s, r := c.Sources, c.Sources.Request
	options := append(plugin.Functions(r.PluginBuiltins), rego.ParsedQuery(query), rego.Compiler(c.Compiler),
		rego.SetRegoVersion(ast.RegoV1), rego.StrictBuiltinErrors(true),
		rego.Store(inmem.NewFromObjectWithOpts(c.Data(), inmem.OptRoundTripOnWrite(false))))
	ctx := context.Background()
	prepared, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return refused(err, s), nil
	}
	evaluation := []rego.EvalOption{rego.EvalExternalCancel(clock.In(r.Timeout()))}
	if len(r.Input) > 0 {
		input, err := ast.ValueFromReader(bytes.NewReader(r.Input))
		if err != nil {
			return nil, err
		}
		evaluation = append(evaluation, rego.EvalParsedInput(input))
	}
	voices := newVoices(s)
	if r.Explain {
		evaluation = append(evaluation, rego.EvalQueryTracer(voices))
	}
	set, err := prepared.Eval(ctx, evaluation...)
	if err != nil {
		return refused(err, s), nil
	}
	result := &Result{}
	if r.Explain {
		result.Rules = voices.spoken()
	}
	if len(set) > 0 && len(set[0].Expressions) > 0 {
		result.Defined, result.Value = true, set[0].Expressions[0].Value
	}
	return result, nil
}

func refused(err error, s *sources.Sources) *Result { return &Result{Problems: Problems(err, s)} }

// Problems are what went wrong while compiling or evaluating a query.
func Problems(err error, s *sources.Sources) []problem.Problem {
	var many ast.Errors
	var one *ast.Error
	var run *topdown.Error
	var query rego.Errors
	switch {
	case errors.As(err, &many):
		return s.CompileProblems(many)
	case errors.As(err, &one):
		return s.CompileProblems(ast.Errors{one})
	case errors.As(err, &run) && run.Code == topdown.CancelErr:
		return []problem.Problem{problem.Error(run.Code, fmt.Sprintf("took longer than %s", s.Request.Timeout()), run.Location)}
	case errors.As(err, &run):
		return []problem.Problem{problem.Error(run.Code, run.Message, run.Location)}
	case errors.As(err, &query) && len(query) == 1:
		return Problems(query[0], s)
	}
	return []problem.Problem{{Severity: "error", Code: "evaluation_failed", Message: err.Error()}}
}
