package rules

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/feature"
)

// places are the packages below a path, and the names of the rules in the package at it.
type places struct {
	packages map[string]*places
	rules    map[string]bool
}

func newPlaces() *places { return &places{map[string]*places{}, map[string]bool{}} }

// places are those of all packages. Tests are among them: that a decision rests on one is
// rule_in_test_file. What the library holds is its own affair.
func (p *policy) places() *places {
	root := newPlaces()
	root.rules[library] = true
	for _, m := range p.modules {
		at := root
		for _, part := range feature.Path(m.Package) {
			if at.packages[part] == nil {
				at.packages[part] = newPlaces()
			}
			at = at.packages[part]
		}
		for _, rule := range m.Rules {
			at.rules[ruleName(rule)] = true
		}
	}
	return root
}

// missing is the beginning of a path at which there is neither a rule nor a package nor data, and the
// names that are there instead; nil where all is there. A key inside of what data alone holds may be
// missing on purpose, and so may one that only a request names.
func (at *places) missing(path ast.Ref, data map[string]any) (ast.Ref, []string) {
	for n, term := range path.ConstantPrefix()[1:] {
		name, _ := term.Value.(ast.String)
		if at.rules[string(name)] {
			return nil, nil
		}
		value, there := data[string(name)]
		next := at.packages[string(name)]
		switch {
		case next == nil && there:
			return nil, nil
		case next == nil:
			return path[:n+2], at.names(data)
		}
		at = next
		data, _ = value.(map[string]any)
	}
	return nil, nil
}

func (at *places) names(data map[string]any) []string {
	return slices.Concat(util.KeysSorted(at.rules), util.KeysSorted(at.packages), util.KeysSorted(data))
}
