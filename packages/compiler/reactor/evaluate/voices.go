package evaluate

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"scopeward.dev/compiler/reactor/sources"
)

// Spoken is a rule of the author that was entered and gave a value.
type Spoken struct {
	Path   string `json:"path"`
	File   string `json:"file"`
	Row    int    `json:"row"`
	Column int    `json:"column"`
	Value  any    `json:"value,omitempty"`
}

// voices hears which rules of the author spoke.
type voices struct {
	author map[string]*ast.Module
	heard  map[*ast.Location]Spoken
}

func newVoices(s *sources.Sources) *voices {
	return &voices{author: s.Modules, heard: map[*ast.Location]Spoken{}}
}

// Enabled is always true: the tracer is set only when an explanation is asked for.
func (v *voices) Enabled() bool { return true }

// Config asks for the values of local variables, which the head of a rule is made of.
func (v *voices) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent takes the exits of rules.
func (v *voices) TraceEvent(e topdown.Event) {
	rule, ok := e.Node.(*ast.Rule)
	if !ok || e.Op != topdown.ExitOp || rule.Location == nil || v.author[rule.Location.File] == nil {
		return
	}
	if _, before := v.heard[rule.Location]; before {
		return
	}
	spoken := Spoken{Path: rule.Module.Package.Path.Extend(rule.Head.Ref().GroundPrefix()).String(),
		File: rule.Location.File, Row: rule.Location.Row, Column: rule.Location.Col}
	if len(rule.Head.Args) == 0 {
		spoken.Value = valueOf(rule.Head, e.Locals)
	}
	v.heard[rule.Location] = spoken
}

// valueOf is what a rule's head became: the element of a set, or the value.
func valueOf(head *ast.Head, locals *ast.ValueMap) any {
	term := head.Value
	if head.RuleKind() == ast.MultiValue {
		term = head.Key
	}
	if term == nil {
		return nil
	}
	plugged, err := ast.TransformVars(term.Copy(), func(name ast.Var) (ast.Value, error) {
		if locals != nil {
			if value := locals.Get(name); value != nil {
				return value, nil
			}
		}
		return name, nil
	})
	ground, ok := plugged.(ast.Value) // a term's value, transformed
	if err != nil || !ok {
		return nil
	}
	value, err := ast.JSON(ground)
	if err != nil {
		return nil // not all of it is ground
	}
	return value
}

func (v *voices) spoken() []Spoken {
	result := make([]Spoken, 0, len(v.heard))
	for _, spoken := range v.heard {
		result = append(result, spoken)
	}
	slices.SortFunc(result, func(a, b Spoken) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return result
}
