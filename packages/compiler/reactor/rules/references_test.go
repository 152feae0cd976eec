package rules

import (
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

const blocked = "package lib\nblocked if input.a\nf(x) := x\nparts.one := 1\nset contains 1 if input.a\n"

// with is a feature beside package `lib`, a package below it and data.
func with(text string) files {
	return files{"features/x.rego": "package features.x\n" + text, "features/y.rego": "package features.y\ndeny contains {\"code\": \"a\"}\n",
		"lib.rego": blocked, "deep.rego": "package lib.deep.er\nr := 1\n", "data.json": `{"overrides": {"crm": 1}, "list": [1]}`,
		"lib/data.json": `{"most": 5, "deep": {"table": {}}}`}
}

func TestAReferenceToNothingIsRefused(t *testing.T) {
	run(t, []example{
		{x("deny contains {\"code\": \"a\"} if data.lib.blocked\n"), "2:32 reference_undefined"},
		{x("import data.lib\ndeny contains {\"code\": \"a\"} if lib.blocked\n"), "3:32 reference_undefined"},
		{x("import data.lib.blocked as closed\n_r if closed\n_s if closed.at > 1\n_t[closed.x] := 1\n"),
			"3:7 reference_undefined\n4:7 reference_undefined\n5:4 reference_undefined"},
		{x("_r if data.lib\n"), "2:7 reference_undefined"},
		{x("_r if data[\"lib\"][input.a]\n"), "2:7 reference_undefined"},
		{with("_r if data.lib.blockd\n"), "2:7 reference_undefined"},
		{with("import data.lib\n_r if lib[\"blockd\"].b\n"), "3:7 reference_undefined"},
		{with("_r if data.lib.deep.r\n"), "2:7 reference_undefined"},
		{with("_r if data.lib.deep.er.s\n"), "2:7 reference_undefined"},
		{with("_r if data.features.y.deny\n_s if data.lib[\"\"]\n"), "3:7 reference_undefined"},
		{with("_r if data.features.z.deny\n"), "2:7 reference_undefined"},
		{with("_r if data.features.y.denied\n"), "2:7 reference_undefined"},
	})
}

func TestAReferenceToNothingIsFoundWhereverItStands(t *testing.T) {
	run(t, []example{
		{x("_r if input.a in data.lst\n"), "2:18 reference_undefined"},
		{x("_r if input.a with input.b as data.lst\n"), "2:31 reference_undefined"},
		{x("_r := {x | some x in data.lst}\n"), "2:22 reference_undefined"},
		{x("_r if not data.lst\n"), "2:11 reference_undefined"},
		{x("_r if every x in data.lst { x > 1 }\n"), "2:18 reference_undefined"},
		{x("_r := $\"{data.lst}\"\n"), "2:10 reference_undefined"},
		{x("_r if input.a[data.lst]\n"), "2:15 reference_undefined"},
		{x("_r := 1 if input.a else := data.lst\n"), "2:28 reference_undefined"},
		{x("_f(x) := x + data.lst\n"), "2:14 reference_undefined"},
	})
}

func TestWhatADecisionCannotReachMayReadNothing(t *testing.T) {
	lib := "package lib\nlate if data.clock.now > 5\nidle if data.clok.now > 5\n"
	run(t, []example{
		{files{"features/x.rego": "package features.x\ndeny contains {\"code\": \"a\"} if data.lib.late\n", "lib.rego": lib}, "lib.rego:2:9 reference_undefined"},
		{files{"lib.rego": lib}, ""},
		{files{"lib.rego": "package lib\n# METADATA\n# entrypoint: true\nr := s\ns := data.nothing\n"}, "lib.rego:5:6 reference_undefined"},
		{files{"features/x.rego": "package features.x\n", "features/x_test.rego": "package features.x_test\ntest_a if not data.nothing\n"}, ""},
	})
}

func TestAScopeThatReadsNothingIsRefused(t *testing.T) {
	run(t, []example{
		{x("scopes[\"x:read\"] := {\"tools\": {\"sql_query\": {\"resource\": \"none\"}}, \"requires\": [r | some r in data.required]}\n"),
			"2:95 reference_undefined"},
		{files{"features/x.rego": "package features.x\nscopes[\"x:read\"] := data.lib.scope\n", "lib.rego": "package lib\nscope := {\"requires\": {r | some r in data.required}}\n"},
			"lib.rego:2:38 reference_undefined"},
	})
}

func TestWhatMayBeThereIsAccepted(t *testing.T) {
	for _, text := range []string{
		"_r if data.lib.blocked\n_s if data.lib.parts.two\n_t if data.lib.set[2]\n_u := data.lib.f(1)\n_v if data.lib.deep.er.r.x\n_w if data.lib.deep\n",
		"_r if data.overrides.sales\n_s if data.list[7].b\n_t if data.lib.most\n_u if data.lib.deep.table.x\n",
		"_r if data\n_s if data[input.a]\n_t if data.lib[input.a]\n_u if data.lib[x] with input.b as 1\n_v if { x := input.a; data.lib[x] }\n",
		"_r if data.scopeward.catalogue.tools[input.a]\n_s if data.features.y.deny\n_t if data.features.x._s\n",
		"_r if input.a with data.nothing as 1 with data.lib.blockd as 2\n",
		"import data.nothing\n_r if input.a with nothing.b as 1\n",
		"import data.lib\n_r := [lib.x | lib := {\"x\": input.a}]\n",
	} {
		run(t, []example{{with(text), ""}})
	}
}

func TestWhatIsOnlyAmongTestsIsSaidOnce(t *testing.T) {
	run(t, []example{{files{"features/x.rego": "package features.x\n_r if data.lib.late\n", "lib_test.rego": "package lib\nlate if input.a\n"},
		"lib_test.rego:2:1 rule_in_test_file"}})
}

func TestWhereSomethingCannotBeReadNothingIsMissing(t *testing.T) {
	in := input(t, x("_r if data.nothing\n"))
	in.Compiler = nil
	if got := told(Check(in)); got != "" {
		t.Error(got)
	}
}

func TestTheNearestNameIsOffered(t *testing.T) {
	for text, want := range map[string]string{
		"_r if data.lib.blockd\n":        "did you mean `blocked`",
		"_r if data.overides.sales\n":    "`data.overides` is nowhere, did you mean `overrides`",
		"_r if data.features.y.dney\n":   "did you mean `deny`",
		"_r if data.scopward.decision\n": "did you mean `scopeward`",
	} {
		found := problems(t, with(text))
		if len(found) != 1 || found[0].Severity != "error" || !strings.Contains(found[0].Message, want) {
			t.Errorf("%s: %v", text, found)
		}
	}
}

func TestAnUnknownFunctionIsTheCompilersToTell(t *testing.T) {
	f := x("_r := data.lib.f(1)\n")
	in := input(t, f)
	if in.Compiler != nil {
		t.Fatal("it compiles")
	}
	in.Compiler = ast.NewCompiler()
	if got := told(Check(in)); got != "" {
		t.Error(got)
	}
}
