// Package feature tells which modules are features, and which are their tests.
package feature

import (
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// Root is the package below which every feature lies.
const Root = "features"

// Kind is what a package is to Scopeward.
type Kind int

const (
	// Other packages are the author's own affair.
	Other Kind = iota
	// Policy is features.<name>.
	Policy
	// Test is features.<name>_test.
	Test
	// Outside is below features without being a feature: the root itself, or nested too deep.
	Outside
)

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// IsName tells whether a feature can have this name.
func IsName(name string) bool { return namePattern.MatchString(name) }

// Of tells what a package is. The name of a test package is that of the feature it tests.
func Of(pkg *ast.Package) (name string, kind Kind) {
	path := Path(pkg)
	switch {
	case len(path) == 0 || path[0] != Root:
		return "", Other
	case len(path) != 2:
		return "", Outside
	}
	if tested, ok := strings.CutSuffix(path[1], "_test"); ok {
		return tested, Test
	}
	return path[1], Policy
}

// Path is the path of a package without data, such as [features chatbot].
func Path(pkg *ast.Package) []string {
	var path []string
	for _, term := range pkg.Path[1:] {
		if part, ok := term.Value.(ast.String); ok {
			path = append(path, string(part))
		}
	}
	return path
}

// Policies are the files of the modules that belong to features, sorted.
func Policies(modules map[string]*ast.Module) []string {
	return slices.DeleteFunc(util.KeysSorted(modules), func(file string) bool {
		_, kind := Of(modules[file].Package)
		return kind != Policy
	})
}
