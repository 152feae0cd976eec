package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/spelling"
)

// Both are warnings.
const (
	toolSchemaMissing = "tool_schema_missing"
	toolSchemaUnknown = "tool_schema_unknown"
)

const toolSchemaFolder = "schemas/tools/"

// toolSchemas warns, where some tools have a schema of their arguments, of tools without one and of
// schemas without a tool.
func toolSchemas(p *policy) []problem.Problem {
	described := map[string]string{}
	for file := range p.in.Schemas {
		if tool, ok := strings.CutPrefix(file, toolSchemaFolder); ok {
			described[strings.TrimSuffix(tool, ".json")] = file
		}
	}
	if len(described) == 0 || p.in.Catalogue == nil {
		return nil
	}
	tools := util.KeysSorted(p.in.Catalogue.Tools)
	var problems []problem.Problem
	for _, tool := range util.KeysSorted(described) {
		if !slices.Contains(tools, tool) {
			problems = append(problems, problem.Problem{Severity: "warning", Code: toolSchemaUnknown,
				Message: fmt.Sprintf("no scope names a tool `%s`%s", tool, spelling.Hint(tool, tools)), File: described[tool], Row: 1, Column: 1})
		}
	}
	places := p.toolPlaces()
	for _, tool := range tools {
		if _, ok := described[tool]; ok {
			continue
		}
		for _, owner := range p.in.Catalogue.Tools[tool].Features {
			problems = append(problems, problem.Warning(toolSchemaMissing, fmt.Sprintf(
				"`%s%s.json` is not there, so `input.args` is not checked in `%s`", toolSchemaFolder, tool, packageOf(owner)), places.of(owner, tool)))
		}
	}
	return problems
}

// toolPlaces are where the scopes of a feature write a string, by feature and string, and where the
// feature begins.
type toolPlaces map[[2]string]*ast.Location

func (p *policy) toolPlaces() toolPlaces {
	places := toolPlaces{}
	note := func(feature, text string, at *ast.Location) {
		if key := [2]string{feature, text}; places[key] == nil {
			places[key] = at
		}
	}
	for _, m := range p.features() {
		note(m.feature, "", m.Package.Location)
		for _, rule := range m.Rules {
			if ruleName(rule) != "scopes" || rule.Head.Value == nil {
				continue
			}
			ast.WalkTerms(rule.Head.Value, func(t *ast.Term) bool {
				if text, ok := t.Value.(ast.String); ok {
					note(m.feature, string(text), t.Location)
				}
				return false
			})
		}
	}
	return places
}

func (p toolPlaces) of(feature, tool string) *ast.Location {
	if at := p[[2]string{feature, tool}]; at != nil {
		return at
	}
	return p[[2]string{feature, ""}]
}
