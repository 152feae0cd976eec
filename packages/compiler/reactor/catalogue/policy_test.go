package catalogue_test

import (
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

const (
	titledPackage = "# METADATA\n# title: A\npackage features.a\n\n"
	titledRule    = "# METADATA\n# title: S\n"
	file          = "features/a.rego"
)

// scope is a file with one scope of the given value.
func scope(value string) string {
	return titledPackage + titledRule + `scopes["a:s"] := ` + value + "\n"
}

func rules(text string) string { return titledPackage + titledRule + text + "\n" }

// input is what the compiler hands over for these files; it fails when they do not compile.
func input(t *testing.T, files map[string]string, plugins ...*ast.Builtin) catalogue.Input {
	t.Helper()
	s, err := sources.Read(&request.Request{Files: files, PluginBuiltins: plugins})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Problems) > 0 {
		t.Fatalf("does not parse: %v", s.Problems)
	}
	compiler, errs := s.Compile(s.Modules, nil, false)
	if len(errs) > 0 {
		t.Fatalf("does not compile: %v", errs)
	}
	return catalogue.Input{Modules: s.Modules, Compiler: compiler, Data: s.Data, PluginBuiltins: s.Request.PluginNames()}
}

func evaluate(t *testing.T, files map[string]string) (*catalogue.Catalogue, []problem.Problem) {
	t.Helper()
	return catalogue.Evaluate(input(t, files))
}

// marked takes the sign § out of the files and gives its place.
func marked(files map[string]string) (clean map[string]string, at problem.Problem) {
	clean = map[string]string{}
	for name, text := range files {
		if before, after, ok := strings.Cut(text, "§"); ok {
			at.File, at.Row = name, strings.Count(before, "\n")+1
			at.Column = len(before) - strings.LastIndex(before, "\n")
			text = before + after
		}
		clean[name] = text
	}
	return clean, at
}
