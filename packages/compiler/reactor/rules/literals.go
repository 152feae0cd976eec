package rules

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

const literalImpossible = "literal_impossible"

// Members of the request that have a closed list of values.
var closed = map[string][]string{
	"input.phase":        {"list", "call"},
	"input.action.type":  {"tool", "model"},
	"input.key.audience": {"internal", "external"},
}

const actionName = "input.action.name"

var comparisons = map[string]bool{ast.Equal.Name: true, ast.NotEqual.Name: true, ast.Equality.Name: true, ast.Assign.Name: true}

// literals refuses a comparison with something that the request never holds.
func literals(p *policy) []problem.Problem {
	var problems []problem.Problem
	targets := p.targets()
	for _, m := range p.features() {
		for _, c := range m.calls {
			switch name := c.operator.Value.String(); {
			case len(c.operands) != 2:
			case comparisons[name]:
				problems = append(problems, targets.compare(c, c.operands[0], p.literal(c, c.operands[1]))...)
				problems = append(problems, targets.compare(c, c.operands[1], p.literal(c, c.operands[0]))...)
			case name == ast.Member.Name:
				for _, element := range elements(p.literal(c, c.operands[1])) {
					problems = append(problems, targets.compare(c, c.operands[0], element)...)
				}
			}
		}
	}
	return problems
}

// literal looks up a helper of the feature that stands for a literal. One of another package may be
// there for several features, and name the tools of each.
func (p *policy) literal(c call, operand *ast.Term) *ast.Term {
	if ref := c.reference(operand); ref.HasPrefix(c.m.Package.Path) {
		if value := p.value(ref); value != nil {
			return value
		}
	}
	return operand
}

// elements are what `in` compares with.
func elements(collection *ast.Term) []*ast.Term {
	var result []*ast.Term
	add := func(t *ast.Term) { result = append(result, t) }
	switch v := collection.Value.(type) {
	case *ast.Array:
		v.Foreach(add)
	case ast.Set:
		v.Foreach(add)
	case ast.Object:
		v.Foreach(func(_, value *ast.Term) { add(value) })
	}
	return result
}

// targets are the tools of each feature, and which features have models.
type targets struct {
	tools  map[string][]string
	models map[string]bool
}

func (p *policy) targets() targets {
	t := targets{map[string][]string{}, map[string]bool{}}
	if p.in.Catalogue == nil {
		return t
	}
	for _, name := range util.KeysSorted(p.in.Catalogue.Tools) {
		for _, owner := range p.in.Catalogue.Tools[name].Features {
			t.tools[owner] = append(t.tools[owner], name)
		}
	}
	for _, model := range p.in.Catalogue.Models {
		for _, owner := range model.Features {
			t.models[owner] = true
		}
	}
	return t
}

func (t targets) compare(c call, with, literal *ast.Term) []problem.Problem {
	ref := c.reference(with)
	if ref == nil || !ref[0].Equal(ast.InputRootDocument) {
		return nil
	}
	return t.find(c.m.feature, ref, literal)
}

// find compares a reference with a literal; an object stands for a comparison of each member.
func (t targets) find(feature string, ref ast.Ref, literal *ast.Term) []problem.Problem {
	path := ref.String()
	_, enumerated := closed[path]
	if !enumerated && path != actionName {
		object, ok := literal.Value.(ast.Object)
		if !ok || len(ref) > 2 {
			return nil
		}
		var problems []problem.Problem
		object.Foreach(func(key, value *ast.Term) {
			problems = append(problems, t.find(feature, ref[:len(ref):len(ref)].Append(key), value)...)
		})
		return problems
	}
	switch literal.Value.(type) {
	case ast.Null, ast.Boolean, ast.Number, *ast.Array, ast.Object, ast.Set:
		return []problem.Problem{problem.Error(literalImpossible, fmt.Sprintf("`%s` is a text and never equals this", path), literal.Location)}
	}
	text, ok := literal.Value.(ast.String)
	if !ok {
		return nil
	}
	if message := t.impossible(feature, path, string(text)); message != "" {
		return []problem.Problem{problem.Error(literalImpossible, message, literal.Location)}
	}
	return nil
}

// impossible tells why a member of the request is never the word.
func (t targets) impossible(feature, path, word string) string {
	if words, ok := closed[path]; ok {
		if slices.Contains(words, word) {
			return ""
		}
		return fmt.Sprintf("`%s` is never `%s`%s: it is %s", path, word, spelling.Hint(word, words), spelling.Choice(words))
	}
	tools := t.tools[feature]
	if len(tools) == 0 || slices.Contains(tools, word) {
		return ""
	}
	slip := func(tool string) bool { return spelling.Slip(word, tool) }
	// A model call is named by its operation, of which there is no list.
	if t.models[feature] && !slices.ContainsFunc(tools, slip) {
		return ""
	}
	return fmt.Sprintf("no scope of this feature names a tool `%s`%s", word, spelling.Hint(word, tools))
}
