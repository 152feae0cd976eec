package rules

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/problem"
)

// files is a policy folder; lines without a file name are features/x.rego of package features.x.
type files map[string]string

func x(text string) files { return files{"features/x.rego": "package features.x\n" + text} }

// input reads a folder as check does, with data that examples read, and a catalogue in which feature
// `x` owns two tools and `y` a tool and a model.
func input(t *testing.T, f files) Input {
	t.Helper()
	in := Input{Sources: f, Modules: map[string]*ast.Module{}, Data: map[string]any{"b": 1, "phase": 1, "phases": 1, "rows": 1, "tables": 1}, DataFiles: map[string]any{}, Schemas: map[string]any{},
		Capabilities: ast.CapabilitiesForThisVersion(), HostBuiltins: []string{"time.parse_ns"}, Catalogue: &catalogue.Catalogue{
			Tools: map[string]catalogue.Target{"sql_query": {Features: []string{"x"}}, "list_tables": {Features: []string{"x"}},
				"write_file": {Features: []string{"y"}}},
			Models: map[string]catalogue.Target{"atlas": {Features: []string{"y"}}},
		}}
	for _, file := range util.KeysSorted(f) {
		switch {
		case strings.HasSuffix(file, ".rego"):
			m, err := ast.ParseModuleWithOpts(file, f[file], ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
			if err != nil {
				t.Fatal(err)
			}
			in.Modules[file] = m
		default:
			var value any
			if err := util.Unmarshal([]byte(f[file]), &value); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(file, "schemas/") {
				in.Schemas[file] = value
			} else {
				in.DataFiles[file] = value
				mount(in.Data, file, value)
			}
		}
	}
	c := ast.NewCompiler()
	if c.Compile(in.Modules); !c.Failed() {
		in.Compiler = c
	}
	return in
}

// mount puts the content of a data file at its folder.
func mount(data map[string]any, file string, value any) {
	if folder := path.Dir(file); folder != "." {
		data[folder] = value
		return
	}
	for key, member := range value.(map[string]any) {
		data[key] = member
	}
}

func problems(t *testing.T, f files) []problem.Problem {
	t.Helper()
	return Check(input(t, f))
}

// told are problems as `file:row:column code`, the file left out where it is features/x.rego.
func told(found []problem.Problem) string {
	lines := make([]string, len(found))
	for i, p := range found {
		lines[i] = fmt.Sprintf("%s:%d:%d %s", p.File, p.Row, p.Column, p.Code)
		lines[i] = strings.TrimPrefix(lines[i], "features/x.rego:")
	}
	return strings.Join(lines, "\n")
}

type example struct {
	files files
	want  string
}

func run(t *testing.T, examples []example) {
	t.Helper()
	for _, e := range examples {
		found := problems(t, e.files)
		if got := told(found); got != e.want {
			t.Errorf("%v\ngot:\n%s\nwant:\n%s\n%v", e.files, got, e.want, found)
		}
	}
}

func bodies(code string, lines ...string) []example {
	var result []example
	for _, line := range lines {
		want := ""
		if code != "" {
			want = "3:2 " + code
		}
		result = append(result, example{x("_r if {\n\t" + line + "\n}\n"), want})
	}
	return result
}
