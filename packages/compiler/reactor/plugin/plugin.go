// Package plugin lets OPA's evaluators call the builtins that plugins bring in TypeScript.
package plugin

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/tester"
)

type reply struct {
	Value json.RawMessage `json:"value"` // absent is undefined; null is a value
	Error string          `json:"error"`
}

// Functions gives an option for each builtin, good for one rego object only.
func Functions(builtins []*ast.Builtin) []func(*rego.Rego) {
	options := make([]func(*rego.Rego), 0, len(builtins))
	for _, b := range builtins {
		decl := &rego.Function{Name: b.Name, Decl: b.Decl, Nondeterministic: b.Nondeterministic}
		options = append(options, rego.FunctionDyn(decl, func(_ rego.BuiltinContext, terms []*ast.Term) (*ast.Term, error) {
			return evaluate(b.Name, terms[:b.Decl.Arity()]) // beyond the arity lies the output variable, where there is one
		}))
	}
	return options
}

// TesterBuiltins are the same for OPA's test runner.
func TesterBuiltins(builtins []*ast.Builtin) []*tester.Builtin {
	result := make([]*tester.Builtin, 0, len(builtins))
	for i, f := range Functions(builtins) {
		result = append(result, &tester.Builtin{Decl: builtins[i], Func: f})
	}
	return result
}

func evaluate(name string, terms []*ast.Term) (*ast.Term, error) {
	args := make([]any, len(terms))
	for i, t := range terms {
		value, err := ast.JSON(t.Value)
		if err != nil {
			return nil, err
		}
		args[i] = value
	}
	body, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	var r reply
	if err := json.Unmarshal(call(name, string(body)), &r); err != nil {
		return nil, err
	}
	if r.Error != "" {
		return nil, errors.New(r.Error) // becomes eval_builtin_error with the position of the call
	}
	if len(r.Value) == 0 {
		return nil, nil
	}
	value, err := ast.ValueFromReader(bytes.NewReader(r.Value))
	if err != nil {
		return nil, err
	}
	return ast.NewTerm(value), nil
}
