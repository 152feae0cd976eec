package sources

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

// advise is an error of OPA as a problem, with what to do about it where that can be told.
func (s *Sources) advise(e *ast.Error) problem.Problem {
	return problem.Error(e.Code, e.Message+s.advice(e), e.Location)
}

func (s *Sources) advice(e *ast.Error) string {
	if detail, ok := e.Details.(*ast.RefErrInvalidDetail); ok && detail.Pos < len(detail.Ref) {
		return hint(detail.Ref[detail.Pos], detail.OneOf)
	}
	if name, ok := strings.CutPrefix(e.Message, "undefined function "); ok {
		text := ": no rule, no builtin and no plugin has this name"
		// Among so many names one is always a little like it.
		if near := spelling.Nearest(name, s.functions()); spelling.Slip(name, near) {
			text += ", did you mean `" + near + "`"
		}
		return text
	}
	switch {
	case e.Code == ast.UnsafeVarErr:
		return ": nothing gives it a value"
	case e.Message == "empty module":
		return ": begin it with `package …`, or remove the file"
	}
	return ""
}

func hint(written *ast.Term, there []ast.Value) string {
	name, ok := written.Value.(ast.String)
	if !ok {
		return ""
	}
	var names []string
	for _, value := range there {
		if member, ok := value.(ast.String); ok {
			names = append(names, string(member))
		}
	}
	return spelling.Hint(string(name), names)
}

// functions are the builtins that the author's modules may call, without operators and what has no name.
func (s *Sources) functions() []string {
	var names []string
	for _, b := range s.capabilities.Builtins {
		if b.Infix == "" && !strings.HasPrefix(b.Name, "internal.") {
			names = append(names, b.Name)
		}
	}
	return names
}

// distinct leaves out what another problem at the same place says in more words.
func distinct(problems []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p problem.Problem) bool {
		return slices.ContainsFunc(problems, func(other problem.Problem) bool {
			return p.Row == other.Row && p.Column == other.Column && strings.HasPrefix(other.Message, p.Message+": ")
		})
	})
}
