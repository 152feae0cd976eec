package renaming

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/native"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
)

const builtinMissing = "builtin_missing"

// Missing reports every call of a builtin that the plan needs and nobody supplies. What no
// entrypoint reaches is in no plan and may call anything.
func (m *Modules) Missing(r *request.Request, plan []byte) ([]problem.Problem, error) {
	names, err := calledBy(plan)
	if err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	for _, name := range names {
		if !native.Has(name) && !slices.Contains(r.HostBuiltins, name) && !slices.Contains(r.PluginNames(), name) {
			missing[name] = true
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	var problems []problem.Problem
	report := func(term *ast.Term, at *ast.Location) {
		if ref, ok := term.Value.(ast.Ref); ok && missing[ref.String()] {
			message := fmt.Sprintf("the evaluator has no builtin `%s`", ref)
			problems = append(problems, problem.Error(builtinMissing, message, at))
		}
	}
	for _, module := range m.All {
		ast.WalkExprs(module, func(expr *ast.Expr) bool {
			if terms, ok := expr.Terms.([]*ast.Term); ok {
				report(terms[0], expr.Location)
			}
			for _, with := range expr.With {
				report(with.Value, with.Location)
			}
			return false
		})
	}
	return problem.Sort(problems), nil
}

// calledBy gives the builtins that a plan calls. They stand at its beginning, and the rest of it, which
// can be long, is not read.
func calledBy(plan []byte) ([]string, error) {
	var static struct {
		BuiltinFuncs []struct {
			Name string `json:"name"`
		} `json:"builtin_funcs"`
	}
	decoder := json.NewDecoder(bytes.NewReader(plan))
	for _, expected := range []json.Token{json.Delim('{'), "static"} {
		if token, err := decoder.Token(); err != nil || token != expected {
			return nil, errors.New("the plan does not begin with `static`")
		}
	}
	if err := decoder.Decode(&static); err != nil {
		return nil, err
	}
	names := make([]string, len(static.BuiltinFuncs))
	for i, b := range static.BuiltinFuncs {
		names[i] = b.Name
	}
	return names, nil
}
