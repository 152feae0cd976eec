package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

const literalHuge = "literal_huge"

// The planner takes one level of its stack for each entry, so that a table in Rego ends in an
// overflow.
const mostEntries = 500

// hugeLiterals refuses tables in Rego.
func hugeLiterals(p *policy) []problem.Problem {
	var problems []problem.Problem
	for _, m := range p.features() {
		told := map[*ast.Term]bool{}
		for _, literal := range m.literals { // outer ones come before inner ones
			if told[literal] {
				continue
			}
			if count := entries(literal); count > mostEntries {
				problems = append(problems, problem.Error(literalHuge, fmt.Sprintf(
					"a literal of %d entries, at most %d are allowed: tables belong into a data file", count, mostEntries), literal.Location))
				ast.WalkTerms(literal, func(t *ast.Term) bool {
					told[t] = true
					return false
				})
			}
		}
	}
	return problems
}

// entries counts those of a literal and of the literals in it.
func entries(t *ast.Term) int {
	count := 0
	switch v := t.Value.(type) {
	case *ast.Array:
		count = v.Len()
		v.Foreach(func(element *ast.Term) { count += entries(element) })
	case ast.Object:
		count = v.Len()
		v.Foreach(func(key, value *ast.Term) { count += entries(key) + entries(value) })
	case ast.Set:
		count = v.Len()
		v.Foreach(func(element *ast.Term) { count += entries(element) })
	}
	return count
}
