package rules

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/problem"
)

const (
	packageOutside  = "package_outside"
	packageFolder   = "package_folder"
	packageReserved = "package_reserved"
	featureName     = "feature_name"
	testOrphan      = "test_orphan" // a warning
)

const library = "scopeward"

// packages refuses what is no feature and would be taken for one, or for the library.
func packages(p *policy) []problem.Problem {
	var problems []problem.Problem
	there := map[string]bool{}
	for _, m := range p.features() {
		there[m.feature] = true
	}
	for _, m := range p.modules {
		if found := p.placed(m, there); found != nil {
			problems = append(problems, *found)
		}
	}
	return problems
}

func (p *policy) placed(m *module, there map[string]bool) *problem.Problem {
	at := m.Package.Location
	path := feature.Path(m.Package)
	refuse := func(code, format string, args ...any) *problem.Problem {
		found := problem.Error(code, fmt.Sprintf(format, args...), at)
		return &found
	}
	switch {
	case len(path) > 0 && path[0] == library:
		return refuse(packageReserved, "package `scopeward` is the library's, give yours another name")
	case strings.HasPrefix(m.file, library+"/"):
		return refuse(packageReserved, "the folder `scopeward` of a bundle is the library's, move the file")
	case m.kind == feature.Outside && len(path) == 1:
		return refuse(packageOutside, "package `features` holds features only, name one: `features.<name>`")
	case m.kind == feature.Outside:
		return refuse(packageOutside, "nothing lies below a feature, write package `%s` or one outside of `features`", packageOf(path[1]))
	case m.kind == feature.Policy && !feature.IsName(m.feature):
		return refuse(featureName, "`%s` is no name for a feature, it must match `[a-z][a-z0-9_]*`", m.feature)
	case m.kind == feature.Policy && !inFolder(m):
		return refuse(packageFolder, "package `%s` belongs into `features/%s.rego` or the folder `features/%s`", packageOf(m.feature), m.feature, m.feature)
	case m.kind == feature.Other && !m.test && strings.HasPrefix(m.file, feature.Root+"/"):
		return refuse(packageFolder, "the folder `features` holds features, and `%s` is none: write `%s`, or move the file", strings.Join(path, "."), packageOf(nameOf(m.file)))
	case m.kind == feature.Test && !there[m.feature]:
		return p.orphan(m)
	}
	return nil
}

func packageOf(name string) string {
	return ast.Ref{ast.VarTerm(feature.Root), ast.StringTerm(name)}.String()
}

// nameOf is the feature that a file below `features` is for.
func nameOf(file string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(file, feature.Root+"/"), "/")
	return strings.TrimSuffix(name, ".rego")
}

// inFolder tells whether a file lies where the feature's name says.
func inFolder(m *module) bool {
	rest, ok := strings.CutPrefix(m.file, feature.Root+"/"+m.feature)
	return ok && (rest == ".rego" || rest == "_test.rego" || strings.HasPrefix(rest, "/"))
}

// orphan looks at tests of a feature that is not there: perhaps it is a feature with a reserved name.
func (p *policy) orphan(m *module) *problem.Problem {
	for _, rule := range m.Rules {
		if name := ruleName(rule); name == "scopes" {
			found := problem.Error(featureName, fmt.Sprintf("`%s_test` is no name for a feature: names that end in `_test` are for tests", m.feature), m.Package.Location)
			return &found
		}
	}
	if len(p.in.Modules) < p.countModules() {
		return nil // the feature may be in a file that does not parse
	}
	found := problem.Warning(testOrphan, fmt.Sprintf("there is no package `%s` that this would test", packageOf(m.feature)), m.Package.Location)
	return &found
}

func (p *policy) countModules() int {
	count := 0
	for file := range p.in.Sources {
		if strings.HasSuffix(file, ".rego") {
			count++
		}
	}
	return count
}
