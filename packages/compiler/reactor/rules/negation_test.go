package rules

import (
	"context"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
)

const helpers = `
_table := input.args.table
_fixed := {"a", "b"}
_limits := {"rows": {"most": 5}}
_set contains 1 if input.args.one
_object[key] := 1 if key := input.args.key
_object_of.parts := 1 if input.args.part
default _limit := 5
_limit := input.args.limit
default _total(_) := false
_total(x) if x == 1
_half(x) := 1 if x == 1
_trusted(actor) if actor.id == "a"
`

func negated(code string, lines ...string) []example {
	result := bodies(code, lines...)
	for _, e := range result {
		e.files["features/x.rego"] += helpers
	}
	return result
}

var unsafe = []string{
	`not input.args.rows > 5`,
	`not input.args.rows != 5`,
	`not input.args.table in {"a"}`,
	`not "a" in input.args.tables`,
	`not "a" in data.tables`,
	`not startswith(input.args.path, "/")`,
	`not count(input.args.tables) > 3`,
	`not input.args.rows + 1 == 2`,
	`not -input.args.rows == 2`,
	`not _trusted(input.subject)`,
	`not _total(input.subject)`,
	`not _half(2) == 1`,
	`not _half(2) > 1`,
	`not _table in {"a"}`,
	`not _table > 5`,
	`not data.features.x._table > 5`,
	`not data.tables[input.resource.id]`,
	`not data.tables[_table]`,
	`not input.args[input.resource.id] == 1`,
	`not [input.args.rows]`,
	`not {"a": input.args.rows} == {"a": 1}`,
	`not [1] == [input.args.rows]`,
	`not _table with input as input.args`,
	`not _table with input.args.table as input.args.other`,
	`not _object.a in {1}`,
	`not max([]) > 5`,
	`not object.get(input.args, "a", 1)`,
	`not object.get(input, "a", input.args.b)`,
	`not [1, 2][input.args.i]`,
}

var safe = []string{
	`not input.args.rows`,
	`not input.args.rows == 5`,
	`not 5 == input.args.rows`,
	`not _table`,
	`not _table == "a"`,
	`not data.tables`,
	`not data.tables.a`,
	`not _trusted({"id": "b"})`,
	`not "c" in _fixed`,
	`not 3 in _set`,
	`not 3 in _object`,
	`not 3 in _object_of`,
	`not _limit > 5`,
	`not _limits.rows.most > 5`,
	`not _total(2) == true`,
	`not object.get(input, ["args", "rows"], 0) > 5`,
	`not "args" in object.keys(input)`,
	`not count([row | some row in input.args.rows]) > 5`,
	`not [row | row := input.args.rows] == [5]`,
	`not {row | row := input.args.rows} == {5}`,
	`not startswith($"{input.args.path}", "/")`,
	`not [1, 2][0] == 2`,
	`not _table with input as {"args": {}}`,
}

var iterating = []string{
	`some part in split(input.args.path, "/"); not part in {"", ".."}`,
	`every part in input.args.parts { not contains(part, "..") }`,
}

func TestANegationThatTurnsUndefinedIsRefused(t *testing.T) {
	run(t, negated("negation_unsafe", unsafe...))
}

func TestWhatStaysInsideOfANegationIsAccepted(t *testing.T) {
	run(t, negated("", safe...))
	run(t, negated("", iterating...))
}

// What is refused and what is accepted is not a matter of taste: OPA says.
func TestOPAAgreesWhatTurnsUndefined(t *testing.T) {
	for _, c := range []struct {
		lines   []string
		defined bool
	}{{unsafe, false}, {safe, true}} {
		for _, e := range negated("", c.lines...) {
			q := rego.New(rego.Query("data.features.x._r"), rego.Module("x.rego", e.files["features/x.rego"]),
				rego.Input(map[string]any{}), rego.StrictBuiltinErrors(true))
			result, err := q.Eval(context.Background())
			if err != nil {
				t.Errorf("%s: %v", e.files["features/x.rego"], err)
			} else if (len(result) > 0) != c.defined {
				t.Errorf("%s: defined: %v", e.files["features/x.rego"], len(result) > 0)
			}
		}
	}
}

func TestAVariableThatRenamesIsLookedThrough(t *testing.T) {
	run(t, []example{
		{x("_r if {\n\trequest := input\n\tnot startswith(request.args.path, \"/\")\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\tpath := input.args.path\n\tnot startswith(path, \"/\")\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\tpath = input.args.path\n\tnot startswith(path, \"/\")\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\tsome actor in input.actors\n\tnot actor.id in {\"a\"}\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\trows := to_number(input.args.rows)\n\tnot rows <= 5\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\tpath = trim(lower(input.args.path), \" \")\n\tnot startswith(path, \"/\")\n}\n"), "4:2 negation_unsafe"},
		{x("_r if {\n\tlimit := object.get(input, [\"args\", \"limit\"], 5)\n\tnot limit > 5\n}\n"), ""},
		{x("_r if {\n\tsome table in input.args.tables\n\tname := lower(table)\n\tnot name in {\"a\"}\n}\n"), ""},
		{x("_f(actor) if {\n\tnot startswith(actor.id, \"a\")\n}\n"), "3:2 negation_unsafe"},
		{x("_f(actor) if {\n\tnot startswith(actor, \"a\")\n}\n"), ""},
		{x("import input.args as given\n_r if {\n\tnot startswith(given.path, \"/\")\n}\n"), "4:2 negation_unsafe"},
		{x("import data.tables\n_r if {\n\tnot \"a\" in tables\n}\n"), "4:2 negation_unsafe"},
		{x("import input as request\n_r if {\n\tnot \"a\" in object.keys(request)\n\tnot request.args\n}\n"), ""},
	})
}

func TestANegationIsFoundWhereverItStands(t *testing.T) {
	run(t, []example{
		{x("_r := [1 | not input.a > 1]\n"), "2:12 negation_unsafe"},
		{x("_r := {1 | not input.a > 1}\n"), "2:12 negation_unsafe"},
		{x("_r := {1: 2 | not input.a > 1}\n"), "2:15 negation_unsafe"},
		{x("_r if every i in [1] { not input.a > i }\n"), "2:24 negation_unsafe"},
		{x("_r if {\n\tinput.a\n} else if {\n\tnot input.b > 1\n}\n"), "5:2 negation_unsafe"},
		{x("_f(x) := y if {\n\ty := [1 | not x.a > 1]\n}\n"), "3:12 negation_unsafe"},
		{x("deny contains {\"code\": \"a\"} if not input.a in data.b\n"), "2:32 negation_unsafe"},
		{x("import future.keywords.not\n_r if {\n\tnot input.a > 1\n\tnot { input.b > 1 }\n}\n"), ""},
		{x("import future.keywords.not\n_r if {\n\tnot input.a > 1 with input as input.b\n}\n"), "4:2 negation_unsafe"},
		{files{"lib/x.rego": "package lib.x\nr if not input.a > 1\n"}, ""},
		{files{"features/x.rego": "package features.x\n_a := 1\n", "features/x_test.rego": "package features.x_test\ntest_a if not input.a > 1\n"}, ""},
	})
}

func TestAHelperOfAnotherPackageMayBeTotal(t *testing.T) {
	lib := "package lib\nwords := {\"a\"}\nword := input.word\n"
	run(t, []example{
		{files{"lib.rego": lib, "features/x.rego": "package features.x\nimport data.lib\n_f(w) if not w in lib.words\n"}, ""},
		{files{"lib.rego": lib, "features/x.rego": "package features.x\nimport data.lib\n_f(w) if not w in lib.word\n"}, "3:10 negation_unsafe"},
		{files{"lib_test.rego": lib, "features/x.rego": "package features.x\nimport data.lib\n_f(w) if not w in lib.words\n"},
			"3:10 negation_unsafe\nlib_test.rego:2:1 rule_in_test_file"},
	})
}
