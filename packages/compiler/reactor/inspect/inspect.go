// Package inspect lists what the sources of a policy hold.
package inspect

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/sources"
)

// Entry is one rule or package with its place and annotations.
type Entry struct {
	Path        string           `json:"path"`
	File        string           `json:"file"`
	Row         int              `json:"row"`
	Column      int              `json:"column"`
	Test        bool             `json:"test,omitempty"`
	Annotations *ast.Annotations `json:"annotations,omitempty"`
}

// Result has Problems, or all the others.
type Result struct {
	Problems  []problem.Problem `json:"problems,omitempty"`
	Packages  []Entry           `json:"packages"`
	Rules     []Entry           `json:"rules"`
	Catalogue any               `json:"catalogue"`
	Builtins  []string          `json:"builtins"`
}

// Run lists packages, rules and builtins of the author's modules.
func Run(s *sources.Sources) (*Result, error) {
	checked, err := check.Lenient(s)
	if err != nil {
		return nil, err
	}
	if check.Refused(checked.Compiling) {
		return &Result{Problems: checked.Compiling}, nil
	}
	result := &Result{Packages: []Entry{}, Rules: []Entry{}, Catalogue: checked.CatalogueData()}
	for _, file := range util.KeysSorted(s.Modules) {
		m := s.Modules[file]
		result.Packages = append(result.Packages, packageEntry(file, m))
		for _, rule := range m.Rules {
			if !rule.Default {
				result.Rules = append(result.Rules, ruleEntry(file, rule))
			}
		}
	}
	result.Builtins = builtins(checked)
	return result, nil
}

func packageEntry(file string, m *ast.Module) Entry {
	entry := Entry{Path: m.Package.Path.String(), File: file, Row: m.Package.Location.Row, Column: m.Package.Location.Col}
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			entry.Annotations = a
		}
	}
	return entry
}

func ruleEntry(file string, rule *ast.Rule) Entry {
	head := rule.Head.Ref()
	name := strings.TrimPrefix(head[0].String(), "todo_")
	entry := Entry{Path: rule.Module.Package.Path.Extend(head).String(), File: file, Row: rule.Location.Row, Column: rule.Location.Col,
		Test: strings.HasPrefix(name, "test_")}
	if len(rule.Annotations) > 0 {
		entry.Annotations = rule.Annotations[0]
	}
	return entry
}

// builtins are what the author's shipped modules call, after compiling.
func builtins(c *check.Checked) []string {
	declared := map[string]bool{}
	for _, b := range c.Sources.Request.Capabilities().Builtins {
		declared[b.Name] = true
	}
	found := map[string]bool{}
	for file := range c.Sources.Shipped() {
		ast.WalkExprs(c.Compiler.Modules[file], func(e *ast.Expr) bool {
			if e.IsCall() && declared[e.Operator().String()] {
				found[e.Operator().String()] = true
			}
			return false
		})
	}
	return slices.Sorted(maps.Keys(found))
}
