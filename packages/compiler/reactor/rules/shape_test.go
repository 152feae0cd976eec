package rules

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

func TestOnlyTheNamesOfAFeaturesRulesAreAccepted(t *testing.T) {
	run(t, []example{
		{x("denies contains {\"code\": \"a\"}\n"), "2:1 rule_name"},
		{x("helper := 1\n"), "2:1 rule_name"},
		{x("deny_all contains 1\n"), "2:1 rule_name"},
		{x("default allow := false\n"), "2:9 rule_name"},
		{x("allowed(x) if x\n"), "2:1 rule_name"},
		{x("Args.a := 1\n"), "2:1 rule_name"},
		{x("test_a if true\n"), "2:1 rule_name"},
		{x("_helper := 1\n_h.a.b := 1\n_f(x) := x\n_s contains 1\nscopes[\"a\"] := {}\n"), ""},
		{files{"lib/x.rego": "package lib.x\nhelper := 1\ndeny := 1\n"}, ""},
		{files{"features/x.rego": "package features.x\n", "features/x_test.rego": "package features.x_test\nhelper := 1\ndeny := input.a\ntest_a if true\n"}, ""},
	})
}

func TestARuleInAFileOfTestsWouldNeverBeAsked(t *testing.T) {
	run(t, []example{
		{files{"features/x_test.rego": "package features.x\ndeny contains {\"code\": \"a\"}\ntest_b if true\n"},
			"features/x_test.rego:2:1 rule_in_test_file\nfeatures/x_test.rego:3:1 rule_in_test_file"},
	})
}

func TestARuleAmongTestsDecidesNothing(t *testing.T) {
	closed := "package lib\nclosed if shut\nshut if input.args.a\nidle if shut\n"
	run(t, []example{
		{files{"features/x.rego": "package features.x\ndeny contains {\"code\": \"a\"} if data.lib.closed\n", "lib_test.rego": closed},
			"lib_test.rego:2:1 rule_in_test_file\nlib_test.rego:3:1 rule_in_test_file"},
		{files{"features/x.rego": "package features.x\ndeny contains {\"code\": \"a\"} if data.features.x_test.closed\n",
			"features/x_test.rego": "package features.x_test\nclosed if input.args.a\n"}, "features/x_test.rego:2:1 rule_in_test_file"},
		{files{"features/x.rego": "package features.x\n_r if data.lib.closed\n", "lib.rego": closed, "lib_test.rego": "package lib_test\ntest_a if data.lib.closed\n"}, ""},
		{files{"features/x.rego": "package features.x\n_r := 1\n", "features/x_test.rego": "package features.x_test\nrequest := {}\ntest_a if data.features.x._r == 1 with input as request\n"}, ""},
	})
}

func TestTheThreeSetsArePartialSets(t *testing.T) {
	for _, rule := range []string{"deny", "require_approval", "obligations"} {
		run(t, []example{
			{x(rule + " := {{\"code\": \"a\"}}\n"), "2:1 rule_shape"},
			{x(rule + " if input.a\n"), "2:1 rule_shape"},
			{x("default " + rule + " := false\n"), "2:9 rule_shape"},
			{x(rule + "(x) := x\n"), "2:1 rule_shape"},
			{x(rule + ".a contains {\"code\": \"a\"}\n"), "2:1 rule_shape"},
			{x(rule + "[\"a\"] := 1\n"), "2:1 rule_shape"},
			{x(rule + "[x] if some x in [1]\n"), "2:1 rule_shape"},
		})
	}
}

func TestArgsIsOneObject(t *testing.T) {
	run(t, []example{
		{x("args := {\"a\": 1} if input.args\n"), ""},
		{x("args := {\"a\": 1} if {\n\tinput.args\n} else := {\"a\": 2} if {\n\tinput.key\n}\n"), ""},
		{x("args := object.union(input.args, {\"a\": 1})\n"), ""},
		{x("args := {\"a\": 1} if input.a\n\nargs := {\"a\": 2} if input.b\n"), "4:1 rule_shape"},
		{files{"features/x/a.rego": "package features.x\nargs := {}\n", "features/x/b.rego": "package features.x\nargs := {}\n"}, "features/x/b.rego:2:1 rule_shape"},
		{x("default args := {}\n"), "2:9 rule_shape"},
		{x("args.a := 1 if input.args\n"), "2:1 rule_shape"},
		{x("args contains 1\n"), "2:1 rule_shape"},
		{x("args(x) := x\n"), "2:1 rule_shape"},
		{x("args if input.args\n"), "2:1 rule_shape"},
		{x("args := [1]\n"), "2:1 rule_shape"},
		{x("args := {\"a\": 1} if {\n\tinput.args\n} else := 1\n"), "2:1 rule_shape"},
	})
}

func TestACodeIsALiteralOfThePolicysOwn(t *testing.T) {
	run(t, []example{
		{x("deny contains {\"code\": \"a_1\"}\ndeny contains {\"code\": \"b\", \"message\": m} if m := $\"{input.a}\"\n"), ""},
		{x("obligations contains {\"type\": \"redact\", \"fields\": [\"/a\"], input_name: 1} if some input_name in [\"a\"]\n"), ""},
		{x("deny contains {\"code\": _code}\n_code := \"a\"\n"), "2:24 code_invalid"},
		{x("deny contains {\"code\": $\"a\"}\n"), "2:24 code_invalid"},
		{x("deny contains {\"code\": 1}\n"), "2:24 code_invalid"},
		{x("deny contains {\"code\": \"Not-A-Word\"}\n"), "2:24 code_invalid"},
		{x("deny contains {\"code\": \"\"}\n"), "2:24 code_invalid"},
		{x("deny contains {\"message\": \"a\"}\n"), "2:15 code_invalid"},
		{x("deny contains \"a\"\n"), "2:15 code_invalid"},
		{x("deny contains reason if reason := {\"code\": \"a\"}\n"), "2:15 code_invalid"},
		{x("require_approval contains {\"code\": \"engine:timeout\"}\n"), "2:36 code_reserved"},
		{x("deny contains {\"code\": \"scope:missing\"}\n"), "2:24 code_reserved"},
		{x("deny contains {\"code\": \"key:x\"}\n"), "2:24 code_reserved"},
		{x("obligations contains {\"type\": \"key:x\"}\n"), "2:31 code_reserved"},
		{x("obligations contains {\"code\": \"a\"}\n"), "2:22 code_invalid"},
		{x("obligations contains {\"type\": t} if some t in [\"a\"]\n"), "2:31 code_invalid"},
		{x("obligations contains {\"type\": \"a\", 1: 2}\n"), "2:36 reason_member"},
		{x("deny contains {\"code\": \"a\", \"mesage\": \"b\"}\n"), "2:29 reason_member"},
		{x("deny contains {\"code\": \"a\", k: \"b\"} if some k in [\"message\"]\n"), "2:29 reason_member"},
		{x("deny contains {\"code\": \"a\", \"message\": 7}\n"), "2:29 reason_member"},
		{x("deny contains {\"code\": \"a\", \"message\": [\"b\"]}\n"), "2:29 reason_member"},
	})
}

func TestInputStandsInAHeadOnlyInsideOfTemplates(t *testing.T) {
	run(t, []example{
		{x("deny contains {\"code\": \"a\", \"message\": $\"no {input.a} and {input.b}\"}\n"), ""},
		{x("deny contains {\"code\": \"a\", \"message\": input.a}\n"), "2:40 head_unsafe"},
		{x("deny contains {\"code\": \"a\", \"message\": concat(\" \", [\"a\", input.a])}\n"), "2:58 head_unsafe"},
		{x("import input.args as given\nrequire_approval contains {\"code\": \"a\", \"message\": given.a}\n"), "3:52 head_unsafe"},
		{x("obligations contains {\"type\": \"a\", \"rows\": data.rows[input.a]}\n"), "2:54 head_unsafe"},
		{x("obligations contains {\"type\": \"a\", \"rows\": data.rows, \"of\": _of}\n_of := input.a\n"), ""},
		{x("obligations contains {\"type\": \"a\", \"rows\": rows} if rows := input.rows\n"), ""},
		{x("_helper := input.a\nargs := {\"a\": input.a}\n_s contains input.a\n"), ""},
	})
}

func TestTheOldSyntaxHasTheSameShapes(t *testing.T) {
	for text, want := range map[string]string{
		"deny[{\"code\": \"a\"}] { input.a } { input.b }\nargs = {\"a\": 1} { input.a }\n": "",
		"deny { input.a }\n":                              "2:1 rule_shape",
		"deny[input.a]\n":                                 "2:6 code_invalid\n2:6 head_unsafe",
		"args = {\"a\": 1} { input.a } { input.b }\n":     "2:29 rule_shape",
		"deny[{\"code\": \"a\"}] { not input.a > 1 }\n":   "2:23 negation_unsafe",
		"_reviewed { input.phase == \"cal\" }\nodd = 1\n": "2:28 literal_impossible\n3:1 rule_name",
	} {
		m, err := ast.ParseModuleWithOpts("features/x.rego", "package features.x\n"+text, ast.ParserOptions{RegoVersion: ast.RegoV0})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(Check(Input{Modules: map[string]*ast.Module{"features/x.rego": m}})); got != want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", text, got, want)
		}
	}
}
