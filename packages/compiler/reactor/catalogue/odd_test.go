package catalogue_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

// FuzzScopes holds that no rule, however odd, breaks the evaluation, and that what is refused has no
// catalogue.
func FuzzScopes(f *testing.F) {
	for _, text := range []string{`scopes["a:s"] := {"tools": ["x"]}`, `scopes contains "x"`, `scopes`, `scopes if true`, `scopes[x] if some x in [1]`,
		`scopes["a"]["b"].c[1] := 2`, `scopes(x, [y]) := x if y`, `default scopes(_) := 1`, `scopes.a.b contains 1`, `scopes[{}] := {}`,
		`scopes["a"] := {{}: {[]: {1}}, "tools": {{"x": 1}: 1}}`, `scopes["a"] := {"tools": {"x": {"resource": {"type": [], "from": {}}}}}`,
		`scopes["a"] := x if { x := 1 } else := 2`, `scopes["a"] := 1 if { true } else := 2 if { false }`, `scopes[""] := {"audiences": [[]], "risk": {}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { survive(t, text) })
}

// survive evaluates a rule with and without a compiler.
func survive(t *testing.T, text string) {
	t.Helper()
	s, err := sources.Read(&request.Request{Files: map[string]string{file: rules(text)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Problems) > 0 {
		return
	}
	compiler, _ := s.Compile(s.Modules, nil, false)
	in := catalogue.Input{Modules: s.Modules}
	if found, _ := catalogue.Evaluate(in); found != nil {
		t.Error("a catalogue of what is not compiled")
	}
	if compiler == nil {
		return
	}
	in.Compiler = compiler
	found, problems := catalogue.Evaluate(in)
	refused := false
	for _, p := range problems {
		refused = refused || p.Severity == "error"
		if p.File != file || p.Row < 1 || p.Column < 1 {
			t.Errorf("no place: %v in %s", p, text)
		}
	}
	if refused == (found != nil) {
		t.Errorf("problems %v and catalogue %v", problems, found)
	}
}

func TestOddValuesBreakNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		survive(t, `scopes["a:s"] := `+oddValue(random, 4))
	}
}

func oddValue(random *rand.Rand, depth int) string {
	words := []string{`"tools"`, `"models"`, `"audiences"`, `"risk"`, `"requires"`, `"resource"`, `"type"`, `"from"`, `"none"`, `"/a"`, `"internal"`,
		`"low"`, `""`, `"a\u0000"`, `1`, `1.5e300`, `null`, `true`, `_h`, `data.x`, `{}`, `[]`, `set()`, `[x | some x in _h]`, `$"{_h}"`, `count(_h)`}
	if depth == 0 || random.IntN(4) == 0 {
		return strings.ReplaceAll(words[random.IntN(len(words))], "_h", `["x"]`)
	}
	var parts []string
	shape := random.IntN(4)
	for range random.IntN(4) + 1 {
		part := oddValue(random, depth-1)
		if shape > 1 {
			part = fmt.Sprintf("%s: %s", words[random.IntN(8)], part)
		}
		parts = append(parts, part)
	}
	if shape == 0 {
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func TestAThousandFeaturesAreEvaluated(t *testing.T) {
	files := map[string]string{"lib.rego": "package lib\n\ntools := [sprintf(\"tool_%d\", [n]) | some n in numbers.range(1, 500)]\n"}
	for i := range 1000 {
		files[fmt.Sprintf("features/f%d.rego", i)] = fmt.Sprintf("# METADATA\n# title: F\npackage features.f%d\n\n%sscopes[\"f%d:read\"] := {\"tools\": [\"r%d\"]}\n\n"+
			"%sscopes[\"f%d:write\"] := {\"tools\": data.lib.tools}\n", i, titledRule, i, i, titledRule, i)
	}
	found, problems := evaluate(t, files)
	if len(problems) > 0 || len(found.Scopes) != 2000 || len(found.Tools["tool_1"].Scopes.Internal) != 1000 {
		t.Fatal(len(problems), len(found.Scopes))
	}
}
