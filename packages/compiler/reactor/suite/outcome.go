package suite

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"scopeward.dev/compiler/reactor/evaluate"
	"scopeward.dev/compiler/reactor/problem"
)

// Outcome is what came of one test: pass, fail, error or skip.
type Outcome struct {
	Package      string            `json:"package"`
	Name         string            `json:"name"`
	Outcome      string            `json:"outcome"`
	Milliseconds float64           `json:"milliseconds"`
	File         string            `json:"file"`
	Row          int               `json:"row"`
	Output       string            `json:"output,omitempty"`
	Failure      *Failure          `json:"failure,omitempty"`
	Problems     []problem.Problem `json:"problems,omitempty"`
	Cases        map[string]bool   `json:"cases,omitempty"`
}

func (r *run) outcomes(results []*tester.Result) []Outcome {
	outcomes := make([]Outcome, 0, len(results))
	evaluated := 0
	for _, result := range results {
		var failures []topdown.Error
		if !result.Skip {
			failures = *r.errors[evaluated]
			evaluated++
		}
		if _, ok := r.checked.Sources.Modules[result.Location.File]; ok {
			outcomes = append(outcomes, r.outcome(result, failures))
		}
	}
	// The runner walks a map.
	slices.SortFunc(outcomes, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Name, b.Name))
	})
	return outcomes
}

func (r *run) outcome(result *tester.Result, failures []topdown.Error) Outcome {
	o := Outcome{Package: result.Package, Name: result.Name, Outcome: "pass", File: result.Location.File, Row: result.Location.Row,
		Milliseconds: float64(result.Duration) / float64(time.Millisecond), Output: string(result.Output), Cases: cases(result)}
	switch {
	case result.Skip:
		o.Outcome = "skip"
	case result.Error != nil:
		o.Outcome, o.Problems = "error", evaluate.Problems(result.Error, r.checked.Sources)
	case r.strict && len(failures) > 0:
		o.Outcome, o.Problems = "error", builtinProblems(failures)
	case result.Fail:
		o.Outcome, o.Failure = "fail", r.explain(result)
	}
	return o
}

func builtinProblems(failures []topdown.Error) []problem.Problem {
	problems := make([]problem.Problem, 0, len(failures))
	for _, e := range failures {
		problems = append(problems, problem.Error(e.Code, e.Message, e.Location))
	}
	return problem.Sort(problems)
}

// cases are the innermost named cases; the names of nested ones are joined by a slash.
func cases(result *tester.Result) map[string]bool {
	var named map[string]bool
	for path, sub := range result.SubResults.Iter {
		if len(sub.SubResults) > 0 {
			continue
		}
		if named == nil {
			named = map[string]bool{}
		}
		named[strings.Join(path, "/")] = !sub.Fail
	}
	return named
}

// ruleOf finds the rule that a result is about.
func (r *run) ruleOf(result *tester.Result) *ast.Rule {
	for _, rule := range r.compiler.Modules[result.Location.File].Rules {
		if rule.Loc() == result.Location {
			return rule
		}
	}
	return nil
}
