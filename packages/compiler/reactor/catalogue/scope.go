package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

const (
	internal = "internal"
	external = "external"
)

var (
	audiences = []string{internal, external}
	// risks are in order, from least to most.
	risks   = []string{"low", "medium", "high", "critical"}
	members = []string{"audiences", "models", "requires", "risk", "tools"}
)

// reader reads the value of one scope and notes everything that is wrong with it.
type reader struct {
	declaration declaration
	scope       Scope
	resources   []declared
	problems    []problem.Problem
}

func read(d declaration, value ast.Value) *reader {
	title, description := d.words()
	r := &reader{declaration: d, scope: Scope{Feature: d.feature, Title: title, Description: description, Tools: []string{},
		Models: []string{}, Audiences: []string{internal}, Requires: []string{}}}
	whole := locate(value, d)
	object, ok := value.(ast.Object)
	if !ok {
		r.refuse(scopeValueInvalid, fmt.Sprintf("scope `%s` must be an object, with members such as `tools`", d.scope), whole.at)
		return r
	}
	for _, m := range whole.members(object) {
		r.member(m)
	}
	if len(r.problems) == 0 && len(r.scope.Tools)+len(r.scope.Models) == 0 {
		r.warn(fmt.Sprintf("scope `%s` names no tool and no model, so it opens nothing", d.scope), d.key())
	}
	return r
}

func (r *reader) member(m member) {
	name, _ := m.key.value.(ast.String)
	switch string(name) {
	case "tools":
		r.tools(m.value)
	case "models":
		r.scope.Models = r.names("models", "model", m.value)
	case "requires":
		r.scope.Requires = r.names("requires", "constraint", m.value)
	case "audiences":
		r.audiences(m.value)
	case "risk":
		r.risk(m.value)
	default:
		r.unknown("a scope", m.key, members)
	}
}

func (r *reader) unknown(of string, key located, known []string) {
	shown := strings.Trim(key.value.String(), `"`)
	r.refuse(scopeMemberUnknown, fmt.Sprintf("%s has no member `%s`%s; it may have %s", of, shown, spelling.Hint(shown, known),
		spelling.Choice(known)), key.at)
}

// names reads a list of names. One that is there twice counts once.
func (r *reader) names(member, of string, list located) []string {
	elements, ok := list.elements()
	if !ok {
		r.refuse(scopeValueInvalid, fmt.Sprintf("`%s` must be a list of names", member), list.at)
		return []string{}
	}
	names := make([]string, 0, len(elements))
	for _, element := range elements {
		if name, ok := r.name(of, element); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// name reads the name of a tool, model, constraint or resource type. It is shown to people, so it
// must not hold what they cannot see.
func (r *reader) name(of string, l located) (string, bool) {
	name, ok := l.value.(ast.String)
	switch {
	case !ok:
		r.refuse(scopeEntryInvalid, fmt.Sprintf("the name of a %s must be a string", of), l.at)
	case name == "":
		r.refuse(scopeEntryInvalid, fmt.Sprintf("the name of a %s must not be empty", of), l.at)
	case strings.ContainsFunc(string(name), func(c rune) bool { return unicode.In(c, unicode.C) }):
		r.refuse(scopeEntryInvalid, fmt.Sprintf("the name of a %s must not hold a control character or one that cannot be seen", of), l.at)
	default:
		return string(name), true
	}
	return "", false
}

func (r *reader) audiences(list located) {
	elements, ok := list.elements()
	if !ok {
		r.refuse(scopeValueInvalid, fmt.Sprintf("`audiences` must be a list of %s", spelling.Choice(audiences)), list.at)
		return
	}
	r.scope.Audiences = []string{}
	for _, element := range elements {
		r.scope.Audiences = append(r.scope.Audiences, r.oneOf("an audience", element, audiences))
	}
	slices.Sort(r.scope.Audiences)
	r.scope.Audiences = slices.Compact(r.scope.Audiences)
	if len(elements) == 0 {
		// An empty list means nothing, never everything.
		r.warn(fmt.Sprintf("scope `%s` is open to no audience, so it opens nothing", r.declaration.scope), list.at)
	}
}

func (r *reader) risk(l located) { r.scope.Risk = r.oneOf("`risk`", l, risks) }

func (r *reader) oneOf(what string, l located, choices []string) string {
	text, ok := l.value.(ast.String)
	if ok && slices.Contains(choices, string(text)) {
		return string(text)
	}
	r.refuse(scopeValueInvalid, fmt.Sprintf("%s must be %s%s", what, spelling.Choice(choices), spelling.Hint(string(text), choices)), l.at)
	return ""
}

func (r *reader) refuse(code, message string, at *ast.Location) {
	r.problems = append(r.problems, problem.Error(code, message, at))
}

func (r *reader) warn(message string, at *ast.Location) {
	r.problems = append(r.problems, problem.Warning(scopeOpensNothing, message, at))
}
