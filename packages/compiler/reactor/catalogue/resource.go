package catalogue

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/problem"
)

// untouched is how a tool says that it touches no resource.
const untouched = "none"

// A pointer to the whole arguments would be empty, and these are never an id.
var (
	pointerPattern    = regexp.MustCompile(`^(?:/(?:[^~/]|~[01])*)+$`)
	normaliserPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
)

// declared is what one scope says of a tool's resource: untouched or a Resource.
type declared struct {
	tool     string
	resource any
	at       *ast.Location
}

func (r *reader) tools(l located) {
	object, ok := l.value.(ast.Object)
	if !ok {
		if _, ok := list(l.value); !ok {
			r.refuse(scopeValueInvalid, "`tools` must be a list of names, or an object from name to what the tool touches", l.at)
			return
		}
		r.scope.Tools = r.names("tools", "tool", l)
		return
	}
	for _, m := range l.members(object) {
		tool, ok := r.name("tool", m.key)
		if !ok {
			continue
		}
		r.scope.Tools = append(r.scope.Tools, tool)
		r.tool(tool, m.value)
	}
	slices.Sort(r.scope.Tools)
}

func (r *reader) tool(name string, l located) {
	object, ok := l.value.(ast.Object)
	if !ok {
		r.unsaid(name, l.at)
		return
	}
	before := len(r.problems)
	said := false
	for _, m := range l.members(object) {
		if m.key.value.Compare(ast.String("resource")) != 0 {
			r.unknown("what a scope says of a tool", m.key, []string{"resource"})
			continue
		}
		said = true
		if resource := r.resource(name, m.value); resource != nil {
			r.resources = append(r.resources, declared{name, resource, m.value.at})
		}
	}
	if !said && len(r.problems) == before {
		r.unsaid(name, l.at)
	}
}

func (r *reader) unsaid(tool string, at *ast.Location) {
	r.refuse(resourceInvalid, fmt.Sprintf("say what tool `%s` touches: `{\"resource\": {\"type\": …, \"from\": …}}`, or `{\"resource\": \"none\"}`", tool), at)
}

// resource reads one declaration; nil when it is refused.
func (r *reader) resource(tool string, l located) any {
	if l.value.Compare(ast.String(untouched)) == 0 {
		return untouched
	}
	object, ok := l.value.(ast.Object)
	if !ok {
		r.unsaid(tool, l.at)
		return nil
	}
	before := len(r.problems)
	resource := Resource{}
	for _, m := range l.members(object) {
		switch m.key.value.String() {
		case `"type"`:
			resource.Type = r.resourceType(m.value)
		case `"from"`:
			resource.From = r.from(m.value)
		default:
			r.unknown("a resource", m.key, []string{"from", "type"})
		}
	}
	if len(r.problems) > before {
		return nil
	}
	if resource.Type == "" || resource.From == "" {
		r.unsaid(tool, l.at)
		return nil
	}
	return resource
}

func (r *reader) resourceType(l located) string {
	name, ok := r.name("resource type", l)
	if ok && name == "cidr" {
		// Such a constraint narrows where a key is used from and is never held against a resource.
		r.refuse(resourceInvalid, "the constraint `cidr` is about addresses, name the resource type otherwise", l.at)
	}
	return name
}

func (r *reader) from(l located) string {
	text, ok := l.value.(ast.String)
	if ok && (pointerPattern.MatchString(string(text)) || normaliserPattern.MatchString(string(text))) {
		return string(text)
	}
	r.refuse(resourceInvalid, "`from` must be a JSON pointer into the arguments that begins with `/`, or the name of a normaliser", l.at)
	return ""
}

// resolve gives each tool the one declaration that its scopes agree on. A scope that only lists the
// tool says nothing about the resource, so another scope's declaration holds for its calls too.
func resolve(readers []*reader) (map[string]any, []problem.Problem) {
	first := map[string]declared{}
	var problems []problem.Problem
	for _, r := range readers {
		for _, d := range r.resources {
			before, there := first[d.tool]
			if !there {
				first[d.tool] = d
			} else if before.resource != d.resource {
				problems = append(problems, problem.Error(resourceConflict, fmt.Sprintf(
					"tool `%s` has another resource at %s, give it one", d.tool, place(before.at)), d.at))
			}
		}
	}
	resources := make(map[string]any, len(first))
	for tool, d := range first {
		resources[tool] = d.resource
	}
	return resources, problems
}
