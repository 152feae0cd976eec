package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/catalogue"
)

// Modules of every syntax that OPA reads, as features: whatever is said of them, nothing panics.
func TestNoModuleIsTooOdd(t *testing.T) {
	odd := []string{
		"", "deny", "default deny := 1", "deny[x][y] contains z if { x := 1; y := 2; z := 3 }", "_a[input.b].c[d] := e if { d := 1; e := 2 }",
		"_f(1, [x, {\"a\": y}], _) := x if y", "_f([]) := 1\n_f({}) := 2", "default _f(_) := {}", "_r if { some i, x in input.a; some y; input.b[y] == [i, x] }",
		"_r if { every k, v in {\"a\": 1} { not k == v } }", "_r := $\"a {input.b} {$\"c {input.d}\"} {[1 | not input.e > 2]}\"",
		"_r if { [a, {\"b\": c}] := input.d; not a > c }", "_r if { not {1, 2}[input.a]; not [1][0]; not {\"a\": 1}.a; not {x | x := 1}[1] }",
		"_r if { x = y; y = x; not x.a > 1 }", "_r if { x = lower(y); y = lower(x); not x > y }", "_r if { x := y; y := z; z := input.a; not x > 1 }", "_r if not _r2.a.b(1)[2](3)",
		"deny contains x if x := {}", "deny contains {}", "deny contains {{\"code\": \"a\"}: 1}", "deny contains [] if { } else if { }",
		"import future.keywords.not\n_r if { not { not { input.a > 1 } } }", "import future.keywords.or\n_r if { input.a or not input.b > 1 }",
		"import data\n_r := data", "import input\n_r := input", "import data.features.x\n_r if not x.y > 1", "import rego.v1",
		"args := args", "scopes := scopes", "scopes", "scopes[1][2] contains 3", "_r if { with := 1 }", "_r if input with input as {} with data.a as 1",
		"_r if (((not input.a)))", "_r if not input.a[_] == 1", "_r if not input.a[_].b in input.c[_]", "_r := {input.a: input.b | not input.c == [input.d]}",
		"_r if walk(input, [_, _])", "_r if not walk(input.a, [_, _])", "# METADATA\n# entrypoint: true\n_r := 1",
	}
	for _, version := range []ast.RegoVersion{ast.RegoV0, ast.RegoV1} {
		for _, text := range odd {
			for _, file := range []string{"features/x.rego", "features/x_test.rego", "a.rego"} {
				for _, name := range []string{"features.x", "features", "features.x.y", "features[\"x.y\"]", "features.x_test", "scopeward", "a"} {
					m, err := ast.ParseModuleWithOpts(file, "package "+name+"\n"+text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: version})
					if err != nil || m == nil {
						continue
					}
					in := Input{Modules: map[string]*ast.Module{file: m}, Capabilities: ast.CapabilitiesForThisVersion(), HostBuiltins: []string{"a"}}
					Check(in)
					c := ast.NewCompiler()
					if c.Compile(in.Modules); !c.Failed() {
						in.Compiler = c
					}
					in.Catalogue = &catalogue.Catalogue{}
					Check(in)
				}
			}
		}
	}
	Check(Input{})
}

// The library is the longest Rego at hand that was not written to be a feature.
func TestTheLibraryAsAFeatureDoesNotPanic(t *testing.T) {
	matches, err := filepath.Glob("../../rego/*.rego")
	if err != nil || len(matches) == 0 {
		t.Fatal("the library is not there")
	}
	for _, match := range matches {
		text, err := os.ReadFile(match)
		if err != nil {
			t.Fatal(err)
		}
		odd := strings.Replace(string(text), "package scopeward", "package features.x", 1)
		m, err := ast.ParseModuleWithOpts("features/x.rego", odd, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		Check(Input{Modules: map[string]*ast.Module{"features/x.rego": m}, Capabilities: ast.CapabilitiesForThisVersion()})
	}
}

func TestAThousandFeaturesAreLookedAtInNoTime(t *testing.T) {
	many := files{}
	for i := range 1000 {
		many[fmt.Sprintf("features/f%d.rego", i)] = fmt.Sprintf(`package features.f%d
scopes["f%d:read"] := {"tools": {"f%d_read": {"resource": "none"}}}
deny contains {"code": "limit"} if input.args.limit > %d
require_approval contains {"code": "large"} if input.args.limit > 100
obligations contains {"type": "redact_result", "fields": ["/email"]} if startswith(input.args.dataset, "crm")
`, i, i, i, i)
	}
	in := input(t, many)
	started := time.Now()
	found := Check(in)
	if took := time.Since(started); took > time.Second {
		t.Errorf("it took %v", took)
	}
	if len(found) > 0 {
		t.Errorf("%v", found[0])
	}
}
