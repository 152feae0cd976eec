// Package problem is what the compiler says about the sources of a policy.
package problem

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Problem is one mistake with its place. Code is OPA's own or one of Scopeward's rules.
type Problem struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	File     string `json:"file,omitempty"`
	Row      int    `json:"row,omitempty"`
	Column   int    `json:"column,omitempty"`
}

// Error makes a problem that refuses the sources.
func Error(code, message string, at *ast.Location) Problem { return locate("error", code, message, at) }

// Warning makes a problem that is shown and refuses nothing.
func Warning(code, message string, at *ast.Location) Problem {
	return locate("warning", code, message, at)
}

func locate(severity, code, message string, at *ast.Location) Problem {
	p := Problem{Severity: severity, Code: code, Message: message}
	if at != nil {
		// At the end of a file OPA knows the row only, and of an empty file not even that.
		p.File, p.Row, p.Column = at.File, max(at.Row, 1), max(at.Col, 1)
	}
	return p
}

// Sort orders problems as they are shown, by place, and drops what is there twice. It gives a list even
// where there is none: JSON has no other way to say so than null.
func Sort(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return append([]Problem{}, slices.Compact(problems)...)
}
