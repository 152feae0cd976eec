package renaming

import (
	"encoding/json"
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
	var planned struct {
		Static struct {
			BuiltinFuncs []struct {
				Name string `json:"name"`
			} `json:"builtin_funcs"`
		} `json:"static"`
	}
	if err := json.Unmarshal(plan, &planned); err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	for _, b := range planned.Static.BuiltinFuncs {
		if !native.Has(b.Name) && !slices.Contains(r.HostBuiltins, b.Name) && !slices.Contains(r.PluginNames(), b.Name) {
			missing[b.Name] = true
		}
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
