package rules

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/sources"
)

// policy is the author's policy as the rules see it.
type policy struct {
	in Input
	// modules are sorted by file.
	modules []*module
	// definitions are the rules that enter a bundle, by the path of what they define.
	definitions map[string]*definition
	// known are the builtins that may be called; partial are those that may give nothing without a
	// failure.
	known, partial map[string]bool
	// deciding, entered and declaring are what reach found, once it was asked.
	deciding, entered, declaring map[*ast.Rule]bool
}

// module is one of the author's modules and what one walk found in it.
type module struct {
	*ast.Module
	file, feature string
	kind          feature.Kind
	// test tells that the module never enters a bundle.
	test bool
	// names are what an identifier stands for that is no local variable.
	names      map[ast.Var]ast.Ref
	calls      []call
	negated    []negation
	literals   []*ast.Term
	references []reference
}

// call is one use of a builtin or function, operators included.
type call struct {
	*scope
	operator *ast.Term
	operands []*ast.Term
	at       *ast.Location
}

// negation is an expression that is negated.
type negation struct {
	*scope
	expression *ast.Expr
}

func survey(in Input) *policy {
	p := &policy{in: in, definitions: map[string]*definition{}, known: map[string]bool{}, partial: map[string]bool{ast.Max.Name: true, ast.Min.Name: true}}
	if in.Capabilities != nil {
		for _, b := range in.Capabilities.Builtins {
			p.known[b.Name] = true
		}
	}
	for _, name := range in.PluginBuiltins {
		p.known[name], p.partial[name] = true, true
	}
	identifiers := map[string]map[ast.Var]ast.Ref{}
	for _, file := range util.KeysSorted(in.Modules) {
		m := &module{Module: in.Modules[file], file: file}
		m.feature, m.kind = feature.Of(m.Package)
		m.test = sources.IsTest(file, m.Module)
		p.modules = append(p.modules, m)
		p.define(m, identifiers)
	}
	for _, m := range p.modules {
		m.names = imported(m.Module, identifiers[m.Package.Path.String()])
		m.walk()
	}
	return p
}

// features are the modules that features are made of and that enter a bundle.
func (p *policy) features() []*module {
	var result []*module
	for _, m := range p.modules {
		if m.kind == feature.Policy && !m.test {
			result = append(result, m)
		}
	}
	return result
}

// ruleName is the first part of what a rule defines, or "" for an odd head.
func ruleName(rule *ast.Rule) string {
	if name, ok := rule.Head.Ref()[0].Value.(ast.Var); ok {
		return string(name)
	}
	return ""
}

// declares tells whether a rule is the declaration of a scope.
func (m *module) declares(rule *ast.Rule) bool {
	return m.kind == feature.Policy && ruleName(rule) == "scopes"
}

// own are the rules that Scopeward's rules look into; the declarations of scopes are checked with
// the catalogue.
func (m *module) own() []*ast.Rule {
	var result []*ast.Rule
	for _, rule := range m.Rules {
		if !m.declares(rule) {
			result = append(result, rule)
		}
	}
	return result
}
