package rules

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/feature"
)

// reach finds the parsed rules on which a decision rests, those of features and what they use in
// whatever package, those that the author's own entrypoints rest on, and those that declare scopes,
// with what they use. Where the modules did not compile it knows of the features' own rules only.
func (p *policy) reach() (deciding, entered, declaring map[*ast.Rule]bool) {
	if p.deciding != nil {
		return p.deciding, p.entered, p.declaring
	}
	deciding, entered, declaring = map[*ast.Rule]bool{}, map[*ast.Rule]bool{}, map[*ast.Rule]bool{}
	parsed := map[place]*ast.Rule{}
	for _, m := range p.modules {
		entrypoints := entrypointsOf(m.Module)
		for _, rule := range m.Rules {
			parsed[placeOf(rule)] = rule
			switch {
			case m.test:
			case m.declares(rule):
				declaring[rule] = true
			case m.kind == feature.Policy:
				deciding[rule] = true
			case m.kind == feature.Other && within(rule.Ref(), entrypoints):
				entered[rule] = true
			}
		}
	}
	if p.in.Compiler != nil {
		compiled := p.compiled(parsed)
		p.spread(deciding, parsed, compiled)
		p.spread(entered, parsed, compiled)
		p.spread(declaring, parsed, compiled)
	}
	p.deciding, p.entered, p.declaring = deciding, entered, declaring
	return deciding, entered, declaring
}

// place tells a rule as parsed from all others, and is that of the compiled rule too.
type place struct {
	file        string
	row, column int
}

func placeOf(rule *ast.Rule) place {
	if rule.Location == nil {
		return place{}
	}
	return place{rule.Location.File, rule.Location.Row, rule.Location.Col}
}

// compiled finds what became of each parsed rule.
func (p *policy) compiled(parsed map[place]*ast.Rule) map[*ast.Rule]*ast.Rule {
	result := make(map[*ast.Rule]*ast.Rule, len(parsed))
	for _, m := range p.modules {
		compiled := p.in.Compiler.Modules[m.file]
		if compiled == nil {
			continue
		}
		for _, rule := range compiled.Rules {
			if author := parsed[placeOf(rule)]; author != nil {
				result[author] = rule
			}
		}
	}
	return result
}

// spread adds what the rules found so far use.
func (p *policy) spread(found map[*ast.Rule]bool, parsed map[place]*ast.Rule, compiled map[*ast.Rule]*ast.Rule) {
	seen := map[*ast.Rule]bool{}
	var visit func(rule *ast.Rule)
	visit = func(rule *ast.Rule) {
		for ; rule != nil && !seen[rule]; rule = rule.Else {
			seen[rule] = true
			if author := parsed[placeOf(rule)]; author != nil {
				found[author] = true
			}
			for used := range p.in.Compiler.Graph.Dependencies(rule) {
				if next, ok := used.(*ast.Rule); ok {
					visit(next)
				}
			}
		}
	}
	roots := make([]*ast.Rule, 0, len(found))
	for rule := range found {
		roots = append(roots, compiled[rule])
	}
	for _, root := range roots {
		visit(root)
	}
}

// entrypointsOf are the paths that a module's annotations mark as entrypoints.
func entrypointsOf(m *ast.Module) []ast.Ref {
	var paths []ast.Ref
	for _, a := range m.Annotations {
		if path := a.GetTargetPath(); a.Entrypoint && path != nil {
			paths = append(paths, path.GroundPrefix())
		}
	}
	return paths
}

func within(rule ast.Ref, paths []ast.Ref) bool {
	for _, path := range paths {
		if rule.HasPrefix(path) {
			return true
		}
	}
	return false
}
