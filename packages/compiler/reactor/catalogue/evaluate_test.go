package catalogue_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/problem"
)

// Each case has exactly one problem, at the sign §.
func TestEachMistakeIsToldAtItsPlace(t *testing.T) {
	const opens = `{"tools": ["x"]}`
	cases := []struct{ name, code, text string }{
		{"contains", "scope_shape", rules(`§scopes contains "a:s"`)},
		{"complete", "scope_shape", rules(`§scopes := {"a:s": {"tools": ["x"]}}`)},
		{"default", "scope_shape", rules(`§default scopes := {}`)},
		{"function", "scope_shape", rules(`§scopes(x) := x`)},
		{"part", "scope_shape", rules(`scopes["a:s"].§tools := ["x"]`)},
		{"computed part", "scope_shape", rules(`scopes["a:s"][§t] := "none" if some t in ["x"]`)},
		{"set of a part", "scope_shape", rules(`§scopes["a:s"] contains "x"`)},
		{"else", "scope_shape", rules(`scopes["a:s"] := ` + opens + ` if data.x §else := ` + opens)},
		{"variable key", "scope_key_computed", rules(`scopes[§k] := ` + opens + ` if some k in ["a:s"]`)},
		{"helper key", "scope_key_computed", rules(`scopes[§_k] := ` + opens + "\n_k := \"a:s\"")},
		{"number key", "scope_key_computed", rules(`scopes[§1] := ` + opens)},
		{"wildcard", "scope_name_invalid", rules(`scopes[§"a:*"] := ` + opens)},
		{"upper case", "scope_name_invalid", rules(`scopes[§"A:s"] := ` + opens)},
		{"line feed", "scope_name_invalid", rules(`scopes[§"a:s\n"] := ` + opens)},
		{"no name", "scope_name_invalid", rules(`scopes[§""] := ` + opens)},
		{"underscore", "scope_name_invalid", rules(`scopes.§a_s := ` + opens)},
		{"empty segment", "scope_name_invalid", rules(`scopes[§"a::s"] := ` + opens)},
		{"twice", "scope_duplicate", scope(opens) + titledRule + `scopes[§"a:s"] := ` + opens},
		{"no object", "scope_value_invalid", scope(`§["x"]`)},
		{"no value", "scope_value_invalid", rules(`§scopes["a:s"] if true`)},
		{"null", "scope_value_invalid", scope(`§null`)},
		{"tools", "scope_value_invalid", scope(`{"tools": §"x"}`)},
		{"models", "scope_value_invalid", scope(`{"models": §{"x": true}}`)},
		{"requires", "scope_value_invalid", scope(`{"tools": ["x"], "requires": §"dataset"}`)},
		{"audiences", "scope_value_invalid", scope(`{"tools": ["x"], "audiences": §"internal"}`)},
		{"audience", "scope_value_invalid", scope(`{"tools": ["x"], "audiences": ["internal", §"extern"]}`)},
		{"audience in a set", "scope_value_invalid", scope(`{"tools": ["x"], "audiences": {"internal", §"extern"}}`)},
		{"audience null", "scope_value_invalid", scope(`{"tools": ["x"], "audiences": [§null]}`)},
		{"risk", "scope_value_invalid", scope(`{"tools": ["x"], "risk": §"hihg"}`)},
		{"risk number", "scope_value_invalid", scope(`{"tools": ["x"], "risk": §1}`)},
		{"member", "scope_member_unknown", scope(`{"tools": ["x"], §"audience": ["internal"]}`)},
		{"member number", "scope_member_unknown", scope(`{"tools": ["x"], §1: 2}`)},
		{"member of tool", "scope_member_unknown", scope(`{"tools": {"x": {"resource": "none", §"risk": "low"}}}`)},
		{"slip in tool", "scope_member_unknown", scope(`{"tools": {"x": {§"resorce": "none"}}}`)},
		{"member of resource", "scope_member_unknown", scope(`{"tools": {"x": {"resource": {"type": "t", "from": "/t", §"id": 1}}}}`)},
		{"empty tool", "scope_entry_invalid", scope(`{"tools": ["x", §""]}`)},
		{"empty tool key", "scope_entry_invalid", scope(`{"tools": {"x": {"resource": "none"}, §"": {"resource": "none"}}}`)},
		{"tool number", "scope_entry_invalid", scope(`{"tools": ["x", §7]}`)},
		{"tool key null", "scope_entry_invalid", scope(`{"tools": {"x": {"resource": "none"}, §null: {"resource": "none"}}}`)},
		{"control character", "scope_entry_invalid", scope(`{"models": ["x", §"y\u0000"]}`)},
		{"invisible character", "scope_entry_invalid", scope(`{"models": ["x", §"y\u202e"]}`)},
		{"requires name", "scope_entry_invalid", scope(`{"tools": ["x"], "requires": [§"a\nb"]}`)},
		{"resource type name", "scope_entry_invalid", scope(`{"tools": {"x": {"resource": {"type": §"", "from": "/t"}}}}`)},
		{"tool says nothing", "resource_invalid", scope(`{"tools": {"x": §{}}}`)},
		{"tool is text", "resource_invalid", scope(`{"tools": {"x": §"none"}}`)},
		{"resource is other text", "resource_invalid", scope(`{"tools": {"x": {"resource": §"dataset"}}}`)},
		{"resource without from", "resource_invalid", scope(`{"tools": {"x": {"resource": §{"type": "t"}}}}`)},
		{"resource without type", "resource_invalid", scope(`{"tools": {"x": {"resource": §{"from": "/t"}}}}`)},
		{"pointer fragment", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": "t", "from": §"#/t"}}}}`)},
		{"pointer escape", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": "t", "from": §"/~2"}}}}`)},
		{"pointer to all", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": "t", "from": §""}}}}`)},
		{"path", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": "t", "from": §"args.t"}}}}`)},
		{"from number", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": "t", "from": §1}}}}`)},
		{"cidr", "resource_invalid", scope(`{"tools": {"x": {"resource": {"type": §"cidr", "from": "/t"}}}}`)},
		{"conflict", "resource_conflict", scope(`{"tools": {"x": {"resource": "none"}}}`) + titledRule +
			`scopes["a:t"] := {"tools": {"x": {"resource": §{"type": "t", "from": "/t"}}}}`},
		{"conflict after a helper", "resource_conflict", scope(`_first`) + titledRule +
			`scopes["a:t"] := {"tools": {"x": {"resource": §"none"}}}` + "\n_first := " + `{"tools": {"x": {"resource": {"type": "t", "from": "/t"}}}}`},
		{"undefined body", "scope_undefined", rules(`§scopes["a:s"] := ` + opens + ` if data.nothing`)},
		{"false body", "scope_undefined", rules(`§scopes["a:s"] := ` + opens + ` if 1 == 2`)},
		{"undefined value", "scope_undefined", rules(`§scopes["a:s"] := {"tools": data.nothing}`)},
		{"builtin fails", "scope_failed", rules(`scopes["a:s"] := {"tools": [§json.unmarshal("{")]}`)},
		{"builtin fails in a helper", "scope_failed", rules("scopes[\"a:s\"] := _value\n_value := {\"tools\": §json.unmarshal(\"{\")}")},
		{"two values", "scope_failed", rules(`§scopes["a:s"] := {"tools": [t]} if some t in ["x", "y"]`)},
		{"made by a helper", "scope_value_invalid", rules("scopes[\"a:s\"] := {\"tools\": §_tools}\n_tools := 7")},
		{"made by a builtin", "scope_member_unknown", scope(`§object.union({"tools": ["x"]}, {"toolz": ["x"]})`)},
		{"entry of a helper", "scope_entry_invalid", rules("scopes[\"a:s\"] := {\"tools\": §{_name, \"x\"}}\n_name := 7")},
		{"opens nothing", "scope_opens_nothing", rules(`scopes[§"a:s"] := {"tools": [], "risk": "low"}`)},
		{"open to nobody", "scope_opens_nothing", scope(`{"tools": ["x"], "audiences": §[]}`)},
		{"no scopes", "feature_without_scopes", "# METADATA\n# title: A\n§package features.a\n\ndeny contains {\"code\": \"x\"} if input.phase == \"call\"\n"},
		{"no title of the scope", "title_missing", titledPackage + `§scopes["a:s"] := ` + opens},
		{"blank title of the scope", "title_missing", titledPackage + "# METADATA\n# title: \"  \"\n§scopes[\"a:s\"] := " + opens},
		{"no title of the feature", "title_missing", "§package features.a\n\n" + titledRule + `scopes["a:s"] := ` + opens},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files, at := marked(map[string]string{file: c.text})
			found, problems := evaluate(t, files)
			expectOne(t, problems, c.code, at)
			if warning := problems[0].Severity == "warning"; warning != (found != nil) {
				t.Errorf("severity %s and catalogue %v", problems[0].Severity, found)
			}
		})
	}
}

func expectOne(t *testing.T, problems []problem.Problem, code string, at problem.Problem) {
	t.Helper()
	if len(problems) != 1 {
		t.Fatalf("want one problem %s, got %v", code, problems)
	}
	p := problems[0]
	if p.Code != code || p.File != at.File || p.Row != at.Row || p.Column != at.Column {
		t.Fatalf("got %s at %s:%d:%d (%s), want %s at %s:%d:%d", p.Code, p.File, p.Row, p.Column, p.Message, code, at.File, at.Row, at.Column)
	}
}

func TestScopesDoNotChangeBetweenRequests(t *testing.T) {
	plugin := &ast.Builtin{Name: "acme.tools", Decl: types.NewFunction(types.Args(types.S), types.A)}
	const value = `scopes["a:s"] := `
	cases := map[string]map[string]string{
		"input":                    {file: rules(value + `{"tools": [§input.key.id]}`)},
		"input in the body":        {file: rules(value + `{"tools": ["x"]} if §input.phase == "call"`)},
		"input by another name":    {file: titledPackage + "import input.key as k\n\n" + titledRule + value + `{"tools": [§k.id]}`},
		"input in a helper":        {file: rules(value + "{\"tools\": _t}\n_t := [§input.key.id]")},
		"input in an else":         {file: rules(value + "{\"tools\": _t}\n_t := [\"x\"] if data.x\nelse := [§input.key.id]")},
		"input in a function":      {file: rules(value + "{\"tools\": _t(1)}\n_t(n) := [§input.key.id, n]")},
		"input in a comprehension": {file: rules(value + `{"tools": [t | some t in §input.args.tools]}`)},
		"input in a template":      {file: rules(value + `{"tools": [$"{§input.key.id}"]}`)},
		"input replaced":           {file: rules(value + "{\"tools\": t} if t := [\"x\"] with §input as {}")},
		"input elsewhere":          {file: rules(value + `{"tools": data.lib.tools}`), "lib.rego": "package lib\n\ntools := data.lib.more[_]\n\nmore contains §input.key.id\n"},
		"input by a variable":      {file: rules(value + `{"tools": [t | some p in ["lib"]; t := data.lists[p]]}`), "lib.rego": "package lists\n\nlib := §input.key.id\n"},
		"a clock":                  {file: rules(value + `{"tools": [sprintf("%d", [§time.now_ns()])]}`)},
		"a clock in a token":       {file: rules(value + `{"tools": [t | t := §io.jwt.decode_verify("", {})[2].tool]}`)},
		"chance":                   {file: rules(value + `{"tools": [sprintf("%d", [§rand.intn("x", 3)])]}`)},
		"a plugin":                 {file: rules(value + `{"tools": §acme.tools("x")}`)},
		"the catalogue":            {file: rules(value + `{"tools": [t | some t, _ in §data.scopeward.catalogue.tools]}`)},
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			files, at := marked(files)
			found, problems := catalogue.Evaluate(input(t, files, plugin))
			expectOne(t, problems, "scope_not_constant", at)
			if found != nil {
				t.Error("there is a catalogue")
			}
		})
	}
}

func TestAPlaceThatSeveralScopesReachIsToldOnce(t *testing.T) {
	files, at := marked(map[string]string{
		file: rules("scopes[\"a:s\"] := {\"tools\": _t}\n_t := [§input.key.id]\n" + titledRule + "scopes[\"a:t\"] := {\"tools\": _t}")})
	_, problems := evaluate(t, files)
	expectOne(t, problems, "scope_not_constant", at)
}

func TestMistakesBetweenFeatures(t *testing.T) {
	other := "# METADATA\n# title: B\npackage features.b\n\n" + titledRule
	cases := map[string]struct{ code, text string }{
		"the same scope":                 {"scope_duplicate", `scopes[§"a:s"] := {"tools": ["y"]}`},
		"another resource":               {"resource_conflict", `scopes["b:s"] := {"tools": {"x": {"resource": §"none"}}}`},
		"another source of the resource": {"resource_conflict", `scopes["b:s"] := {"tools": {"x": {"resource": §{"type": "t", "from": "/u"}}}}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files, at := marked(map[string]string{file: scope(`{"tools": {"x": {"resource": {"type": "t", "from": "/t"}}}}`), "features/b.rego": other + c.text})
			_, problems := evaluate(t, files)
			expectOne(t, problems, c.code, at)
		})
	}
}

func TestScopesInAFileOfTestsAreRefused(t *testing.T) {
	files, at := marked(map[string]string{file: scope(`{"tools": ["x"]}`),
		"features/a_test.rego": "package features.a\n\n§scopes[\"a:t\"] := {\"tools\": [\"y\"]}\n"})
	_, problems := evaluate(t, files)
	expectOne(t, problems, "scope_in_test_file", at)
}

func TestTestPackagesDeclareNothing(t *testing.T) {
	found, problems := evaluate(t, map[string]string{file: scope(`{"tools": ["x"]}`),
		"features/a_test.rego": "package features.a_test\n\nscopes := 7\n", "lib.rego": "package lib\n\nscopes(x) := input.x\n"})
	if len(problems) > 0 || len(found.Features) != 1 {
		t.Fatal(problems, found)
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	_, problems := evaluate(t, map[string]string{
		file: "package features.a\n\nscopes[\"A\"] := {\"tols\": [\"x\"], \"risk\": \"none\", \"models\": [\"\"]}\n\nscopes[\"b\"] := 1\n\nscopes[\"c\"] := data.x\n"})
	var codes []string
	for _, p := range problems {
		codes = append(codes, p.Code)
	}
	want := []string{"title_missing", "title_missing", "scope_name_invalid", "scope_member_unknown", "scope_value_invalid",
		"scope_entry_invalid", "title_missing", "scope_value_invalid", "scope_undefined", "title_missing"}
	if len(codes) != len(want) {
		t.Fatalf("got %v", codes)
	}
	for i := range want {
		if codes[i] != want[i] {
			t.Fatalf("got %v, want %v", codes, want)
		}
	}
}

func TestWithoutACompilerTheLiteralsAreChecked(t *testing.T) {
	files, at := marked(map[string]string{file: rules("scopes[\"a:s\"] := {\"tools\": §7}\n") + titledRule + "scopes[\"a:t\"] := data.x\n"})
	in := input(t, files)
	in.Compiler = nil
	found, problems := catalogue.Evaluate(in)
	expectOne(t, problems, "scope_value_invalid", at)
	in = input(t, map[string]string{file: scope(`{"tools": ["x"]}`)})
	in.Compiler = nil
	if found2, problems := catalogue.Evaluate(in); found != nil || found2 != nil || len(problems) > 0 {
		t.Error(found, found2, problems)
	}
}

type over struct{}

func (over) Cancel()         {}
func (over) Cancelled() bool { return true }

func TestAnEvaluationThatTakesTooLongIsToldOnce(t *testing.T) {
	files, at := marked(map[string]string{file: rules("§scopes[\"a:s\"] := {\"tools\": _t}\n_t := [x | some x in numbers.range(1, 100); x < 0]\n" +
		titledRule + "scopes[\"a:t\"] := {\"tools\": _t}")})
	in := input(t, files)
	in.Cancel = over{}
	_, problems := catalogue.Evaluate(in)
	expectOne(t, problems, "scope_failed", at)
}
