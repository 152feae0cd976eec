package rules

import "testing"

func TestWhatReachesOutOfADecisionIsRefused(t *testing.T) {
	run(t, []example{
		{x("_r := http.send({\"url\": \"https://example.org\", \"method\": \"get\"})\n"), "2:7 builtin_io"},
		{x("_r if {\n\tcount(net.lookup_ip_addr(\"example.org\")) > 1\n}\n"), "3:8 builtin_io"},
		{x("_r := opa.runtime().env\n"), "2:7 builtin_io"},
		{x("_r if trace(\"a\")\n"), "2:7 builtin_io"},
		{x("_r if input.a with input.b as http.send\n"), "2:31 builtin_io"},
	})
}

func TestWhatAnswersDifferentlyEachTimeIsRefused(t *testing.T) {
	run(t, []example{
		{x("_r := time.now_ns()\n"), "2:7 builtin_impure"},
		{x("_r if {\n\tinput.a\n} else if {\n\trand.intn(\"a\", 2) == 1\n}\n"), "5:2 builtin_impure"},
		{x("_r := [1 | uuid.rfc4122(\"a\") == \"b\"]\n"), "2:12 builtin_impure"},
		{x("_r if not time.now_ns() > 5\n"), "2:11 builtin_impure"},
		{x("_r := io.jwt.decode_verify(\"a\", {\"secret\": \"b\"})\n"), "2:7 builtin_impure"},
		{files{"features/x.rego": "package features.x\ndeny contains {\"code\": \"a\"} if data.lib.late\n",
			"lib.rego": "package lib\nimport data.clock\nlate if clock.now > 5\nidle if rand.intn(\"a\", 2) == 1\n", "clock.rego": "package clock\nnow := time.now_ns()\n"},
			"clock.rego:2:8 builtin_impure"},
		{files{"features/x.rego": "package features.x\n_r if data.lib.f(1)\n", "lib.rego": "package lib\nf(x) if {\n\tx == 2\n} else if {\n\ttime.now_ns() > x\n}\n"},
			"lib.rego:5:2 builtin_impure"},
		{files{"features/x.rego": "package features.x\n_r if data.lib.scopes > 1\n", "lib.rego": "package lib\nscopes := time.now_ns()\n"},
			"lib.rego:2:11 builtin_impure"},
		{files{"lib.rego": "package lib\nnow := time.now_ns()\n"}, ""},
		{files{"features/x.rego": "package features.x\n", "features/x_test.rego": "package features.x_test\ntest_a if time.now_ns() > 5\n"}, ""},
	})
}

func TestABuiltinThatNobodySuppliesIsRefused(t *testing.T) {
	run(t, []example{
		{x("_r := time.parse_ns(\"a\", input.a)\n_s := startswith(\"a\", \"b\")\n_t if 1 in [1]\n"), ""},
		{x("_r if print(\"a\")\n_s := $\"{input.a}\"\n_t := rego.metadata.rule()\n"), ""},
		{x("_r := semver.compare(\"1.0.0\", \"2.0.0\")\n"), "2:7 builtin_missing"},
		{files{"lib.rego": "package lib\nr := semver.compare(\"1.0.0\", \"2.0.0\")\n"}, ""},
		{files{"lib.rego": "package lib\n# METADATA\n# entrypoint: true\nr := s\ns := semver.compare(\"1.0.0\", \"2.0.0\")\nnow := time.now_ns()\n"}, "lib.rego:5:6 builtin_missing"},
	})
	in := input(t, x("_r := semver.compare(\"1.0.0\", \"2.0.0\")\n"))
	if in.HostBuiltins = nil; len(Check(in)) > 0 {
		t.Error("what the host supplies is not known, and still one is missing")
	}
	in.HostBuiltins, in.PluginBuiltins = []string{"a"}, []string{"semver.compare"}
	if len(Check(in)) > 0 {
		t.Error("a plugin supplies it")
	}
}

func TestWhereNothingCompiledTheFeaturesOwnCallsAreLookedAt(t *testing.T) {
	in := input(t, x("_r := time.now_ns()\n_s := input.a.b(1)\n"))
	in.Compiler = nil
	if got := told(Check(in)); got != "2:7 builtin_impure" {
		t.Error(got)
	}
}

func TestABuiltinOfAPluginMayGiveNothing(t *testing.T) {
	in := input(t, x("_f(x) if not acme.risk(x) > 5\n"))
	in.PluginBuiltins = []string{"acme.risk"}
	if got := told(Check(in)); got != "2:10 negation_unsafe" {
		t.Error(got)
	}
}

func TestToolsWithoutASchemaAreAWarningWhereOthersHaveOne(t *testing.T) {
	policy := files{"features/x.rego": "package features.x\nscopes[\"a\"] := {\n\t\"tools\": {\"sql_query\": {\"resource\": \"none\"}, \"list_tables\": {\"resource\": \"none\"}},\n}\n",
		"features/y.rego": "package features.y\n"}
	run(t, []example{{policy, ""}})
	policy["schemas/tools/sql_query.json"] = "{}"
	policy["schemas/tools/wirte_file.json"] = "{}"
	found := problems(t, policy)
	want := "3:47 tool_schema_missing\nfeatures/y.rego:1:1 tool_schema_missing\nschemas/tools/wirte_file.json:1:1 tool_schema_unknown"
	if got := told(found); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for _, p := range found {
		if p.Severity != "warning" {
			t.Errorf("%v", p)
		}
	}
}
