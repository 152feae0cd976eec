package suite

import (
	"bytes"
	"context"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/lineage"

	"scopeward.dev/compiler/reactor/clock"
	"scopeward.dev/compiler/reactor/plugin"
)

// Failure is the last expression of a test that was not true, with its variables.
type Failure struct {
	Expression string         `json:"expression"`
	File       string         `json:"file"`
	Row        int            `json:"row"`
	Column     int            `json:"column"`
	Locals     map[string]any `json:"locals"`
	Trace      string         `json:"trace,omitempty"`
}

// explain evaluates one failed test again, this time with a trace.
func (r *run) explain(result *tester.Result) *Failure {
	rule := r.ruleOf(result)
	if rule == nil {
		return nil
	}
	request := r.checked.Sources.Request
	query := ast.NewBody(ast.NewExpr(ast.NewTerm(rule.Module.Package.Path.Extend(rule.Head.Ref().GroundPrefix()))))
	options := append(plugin.Functions(request.PluginBuiltins), rego.ParsedQuery(query), rego.Compiler(r.compiler),
		rego.Store(r.store), rego.PrintHook(topdown.NewPrintHook(&bytes.Buffer{})))
	ctx := context.Background()
	prepared, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return nil
	}
	events := &failures{file: result.Location.File}
	// Whatever comes of it is known already; where the time runs out, the last failure is still right.
	_, _ = prepared.Eval(ctx, rego.EvalQueryTracer(events), rego.EvalExternalCancel(clock.In(request.Timeout())))
	return events.failure()
}

const (
	maximumEvents = 100_000
	maximumTrace  = 32 << 10
)

// failures keeps the trace of one evaluation, up to a bound, and the last failure in one file.
type failures struct {
	file   string
	events []*topdown.Event
	last   *topdown.Event
}

// Enabled is always true: the tracer is set only to explain.
func (f *failures) Enabled() bool { return true }

// Config asks for the values of local variables.
func (f *failures) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent keeps an event.
func (f *failures) TraceEvent(e topdown.Event) {
	if len(f.events) < maximumEvents {
		f.events = append(f.events, &e)
	}
	if _, ok := e.Node.(*ast.Expr); ok && e.Op == topdown.FailOp && e.Location != nil && e.Location.File == f.file {
		f.last = &e
	}
}

func (f *failures) failure() *Failure {
	if f.last == nil {
		return nil
	}
	at := f.last.Location
	failure := &Failure{Expression: string(at.Text), File: at.File, Row: at.Row, Column: at.Col, Locals: map[string]any{}}
	for name, metadata := range f.last.LocalMetadata {
		term := f.last.Locals.Get(name)
		if term == nil || metadata.Name.IsGenerated() {
			continue
		}
		if value, err := ast.JSON(term); err == nil {
			failure.Locals[string(metadata.Name)] = value
		}
	}
	if len(f.events) < maximumEvents {
		var trace bytes.Buffer
		topdown.PrettyTraceWithLocation(&trace, lineage.Fails(f.events))
		failure.Trace = cut(trace.String())
	}
	return failure
}

// cut keeps whole lines of a long text.
func cut(text string) string {
	if len(text) <= maximumTrace {
		return text
	}
	return text[:strings.LastIndexByte(text[:maximumTrace], '\n')+1] + "…\n"
}
