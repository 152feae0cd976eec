// Package suite runs the Rego tests of a policy folder with OPA's own runner.
package suite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/plugin"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

// Result has only Problems when the tests could not run.
type Result struct {
	Refused  bool              `json:"refused"`
	Problems []problem.Problem `json:"problems"`
	Tests    []Outcome         `json:"tests"`
	Coverage *Coverage         `json:"coverage,omitempty"`
}

// run is one pass over all tests.
type run struct {
	checked  *check.Checked
	compiler *ast.Compiler
	store    storage.Store
	// strict tells whether a builtin error is an error of the test.
	strict   bool
	errors   builtinErrors
	coverage *cover.Cover
}

// Run runs the tests that the request's expression matches. Only what does not parse or compile
// refuses; Scopeward's own rules are the affair of `check`.
func Run(s *sources.Sources) (*Result, error) {
	if _, err := regexp.Compile(s.Request.Run); err != nil {
		message := fmt.Sprintf("`%s` is no regular expression (RE2)", s.Request.Run)
		return refused([]problem.Problem{problem.Error("filter_invalid", message, nil)}), nil
	}
	checked, err := prepare(s)
	if err != nil {
		return nil, err
	}
	if check.Refused(checked.Compiling) {
		return refused(checked.Compiling), nil
	}
	r := &run{checked: checked, compiler: s.Compiler(), strict: len(s.Features()) > 0,
		store: inmem.NewFromObjectWithOpts(checked.Data(), inmem.OptRoundTripOnWrite(false))}
	if s.Request.Coverage {
		r.coverage = cover.New()
	}
	results, err := r.all()
	var compiling ast.Errors
	if errors.As(err, &compiling) {
		return refused(s.CompileProblems(compiling)), nil
	}
	if err != nil {
		return nil, err
	}
	result := &Result{Problems: []problem.Problem{}, Tests: r.outcomes(results)}
	if r.coverage != nil {
		result.Coverage = report(r.coverage, s.Shipped())
	}
	return result, nil
}

func refused(problems []problem.Problem) *Result {
	return &Result{Refused: true, Problems: problems, Tests: []Outcome{}}
}

// prepare evaluates the catalogue where there can be one; elsewhere the runner's own compilation is enough.
func prepare(s *sources.Sources) (*check.Checked, error) {
	if len(s.Features()) > 0 {
		return check.Lenient(s)
	}
	return &check.Checked{Sources: s, Compiling: slices.Clone(s.Problems)}, nil
}

func (r *run) all() ([]*tester.Result, error) {
	s := r.checked.Sources
	modules := maps.Clone(s.Library)
	maps.Copy(modules, s.Modules)
	ctx := context.Background()
	txn, err := r.store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer r.store.Abort(ctx, txn)
	// One at a time: the times of the tests are then their own, and builtin errors come in their order.
	// Builtin errors are gathered here instead of in the runner, which has no places for more than one.
	runner := tester.NewRunner().SetCompiler(r.compiler).SetModules(modules).SetStore(r.store).SetParallel(1).
		AddCustomBuiltins(append(plugin.TesterBuiltins(s.Request.PluginBuiltins), r.errors.recorder())).
		SetTimeout(s.Request.Timeout()).Filter(s.Request.Run).SetCoverageQueryTracer(newYielding(r.coverage))
	channel, err := runner.RunTests(ctx, txn)
	if err != nil {
		return nil, err
	}
	var results []*tester.Result
	for result := range channel {
		results = append(results, result)
	}
	return results, nil
}
