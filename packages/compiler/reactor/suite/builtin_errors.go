package suite

import (
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// builtinErrors holds one list for each test that was evaluated, in the order of their results.
type builtinErrors []*[]topdown.Error

// recorder is no builtin: the runner applies its function to each evaluation before it starts.
func (e *builtinErrors) recorder() *tester.Builtin {
	return &tester.Builtin{Func: func(r *rego.Rego) {
		list := &[]topdown.Error{}
		*e = append(*e, list)
		rego.BuiltinErrorList(list)(r)
	}}
}
