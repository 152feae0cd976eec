package catalogue

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"scopeward.dev/compiler/reactor/problem"
)

// evaluation gives scopes their values. Scopes that use the same helper share its value.
type evaluation struct {
	in     Input
	store  storage.Store
	txn    storage.Transaction
	shared topdown.VirtualCache
}

const answer = ast.Var("answer")

// literal gives the value of a scope that needs no evaluation, else nil: by far the most need none, and
// it is all that can be had of modules that do not compile.
func literal(rule *ast.Rule) ast.Value {
	if !rule.Body.Equal(ast.NewBody(ast.NewExpr(ast.BooleanTerm(true)))) {
		return nil
	}
	plain := true
	ast.WalkTerms(rule.Head.Value, func(t *ast.Term) bool {
		switch t.Value.(type) {
		case ast.Null, ast.Boolean, ast.Number, ast.String, *ast.Array, ast.Object, ast.Set:
		default:
			plain = false
		}
		return !plain
	})
	if !plain {
		return nil
	}
	return rule.Head.Value.Value
}

// value evaluates one scope. The problem says why it has no value.
func (e *evaluation) value(d declaration) (ast.Value, *problem.Problem) {
	if e.store == nil {
		if err := e.open(); err != nil {
			return nil, failed(d, err.Error(), d.rule.Location)
		}
	}
	body := ast.NewBody(ast.Equality.Expr(ast.NewTerm(answer), ast.NewTerm(d.rule.Ref())))
	result, err := topdown.NewQuery(body).WithCompiler(e.in.Compiler).WithStore(e.store).WithTransaction(e.txn).
		WithStrictBuiltinErrors(true).WithCancel(e.in.Cancel).WithVirtualCache(e.shared).Run(context.Background())
	switch {
	case err != nil:
		e.shared = topdown.NewVirtualCache() // an evaluation that broke off may leave it half-way
		return nil, e.explain(d, err)
	case len(result) == 0:
		p := problem.Error(scopeUndefined, fmt.Sprintf("scope `%s` has no value: its body or something that it uses is undefined", d.scope), d.rule.Location)
		return nil, &p
	}
	return result[0][answer].Value, nil
}

func (e *evaluation) open() error {
	data := e.in.Data
	if data == nil {
		data = map[string]any{}
	}
	store := inmem.NewFromObjectWithOpts(data, inmem.OptRoundTripOnWrite(false))
	txn, err := store.NewTransaction(context.Background())
	if err != nil {
		return err
	}
	e.store, e.txn, e.shared = store, txn, topdown.NewVirtualCache()
	return nil
}

func (e *evaluation) cancelled() bool { return e.in.Cancel != nil && e.in.Cancel.Cancelled() }

// explain places a failure where it happened, if that is in a file of the author.
func (e *evaluation) explain(d declaration, err error) *problem.Problem {
	why, at := err.Error(), d.rule.Location
	var run *topdown.Error
	if errors.As(err, &run) {
		why = run.Message
		if run.Location != nil && e.in.Modules[run.Location.File] != nil {
			at = run.Location
		}
		switch run.Code {
		case topdown.CancelErr:
			why, at = "it takes too long to evaluate", d.rule.Location
		case topdown.ConflictErr:
			why = "this rule comes to more than one value"
		}
	}
	return failed(d, why, at)
}

func failed(d declaration, why string, at *ast.Location) *problem.Problem {
	p := problem.Error(scopeFailed, fmt.Sprintf("scope `%s` has no value: %s", d.scope, why), at)
	return &p
}
