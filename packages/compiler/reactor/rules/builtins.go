package rules

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/native"
	"scopeward.dev/compiler/reactor/problem"
)

const (
	builtinIO      = "builtin_io"
	builtinImpure  = "builtin_impure"
	builtinMissing = "builtin_missing"
)

var reaching = map[string]bool{ast.HTTPSend.Name: true, ast.NetLookupIPAddr.Name: true, ast.OPARuntime.Name: true, ast.Trace.Name: true}

// An algorithm of signatures may draw random numbers.
var impure = map[string]bool{ast.NowNanos.Name: true, ast.RandIntn.Name: true, ast.UUIDRFC4122.Name: true,
	ast.JWTEncodeSign.Name: true, ast.JWTEncodeSignRaw.Name: true}

// The compiler does away with these.
var erased = map[string]bool{ast.Print.Name: true, ast.InternalPrint.Name: true,
	ast.RegoMetadataChain.Name: true, ast.RegoMetadataRule.Name: true}

// builtins refuses what a decision cannot rest on, in features and in whatever they use.
func builtins(p *policy) []problem.Problem {
	var problems []problem.Problem
	supplied := map[string]bool{}
	for _, name := range append(p.in.HostBuiltins[:len(p.in.HostBuiltins):len(p.in.HostBuiltins)], p.in.PluginBuiltins...) {
		supplied[name] = true
	}
	deciding, entered, _ := p.reach()
	for _, m := range p.modules {
		for _, c := range m.calls {
			name := c.operator.Value.String()
			if !p.known[name] || c.written(c.operator) != nil {
				continue
			}
			decides := deciding[c.rule]
			switch {
			case decides && reaching[name]:
				problems = append(problems, problem.Error(builtinIO, fmt.Sprintf(
					"`%s` reaches out of the decision: let a context provider put what you need into `input.context.facts`", name), c.at))
			case decides && (impure[name] || readsClock(c)):
				problems = append(problems, problem.Error(builtinImpure, fmt.Sprintf(
					"`%s` answers differently each time: the time of the request is `input.context.time`", name), c.at))
			case !decides && !entered[c.rule], len(p.in.HostBuiltins) == 0, erased[name], native.Has(name), supplied[name]:
			default:
				problems = append(problems, problem.Error(builtinMissing, fmt.Sprintf("the evaluator has no builtin `%s`", name), c.at))
			}
		}
	}
	return problems
}

// readsClock tells whether a JSON web token is verified at the time of the machine: its constraints
// do not visibly name another.
func readsClock(c call) bool {
	if c.operator.Value.String() != ast.JWTDecodeVerify.Name {
		return false
	}
	if len(c.operands) < 2 {
		return true
	}
	constraints, ok := c.operands[1].Value.(ast.Object)
	return !ok || constraints.Get(ast.StringTerm("time")) == nil
}
