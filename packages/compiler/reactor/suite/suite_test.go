package suite

import (
	"encoding/json"
	"testing"
	"time"

	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

func runSuite(t *testing.T, r request.Request) *Result {
	t.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := request.Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sources.Read(decoded)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Run(s)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func outcomesOf(result *Result) map[string]string {
	found := map[string]string{}
	for _, o := range result.Tests {
		found[o.Name] = o.Outcome
	}
	return found
}

const several = `package p_test

test_passes if {
	print("seen", 1)
	data.limit == 3
}

test_fails if {
	x := data.limit + 1
	x == 5
}

test_cases[name] if {
	some name, expected in {"three": 3, "four": 4}
	data.limit == expected
}

todo_test_later if false

test_twice if true

test_twice if false

test_builtin_fails if to_number("x") == 1
`

func TestOutcomesComeSortedWithWhatExplainsThem(t *testing.T) {
	result := runSuite(t, request.Request{Files: map[string]string{"p_test.rego": several, "data.json": `{"limit": 3}`}})
	if result.Refused {
		t.Fatal(result.Problems)
	}
	names := []string{}
	for _, o := range result.Tests {
		names = append(names, o.Name+" "+o.Outcome)
	}
	expected := []string{"test_passes pass", "test_fails fail", "test_cases fail", "todo_test_later skip", "test_twice pass",
		"test_twice#01 fail", "test_builtin_fails fail"}
	if got, want := encoded(t, names), encoded(t, expected); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if passes := result.Tests[0]; passes.Output != "seen 1\n" || passes.Package != "data.p_test" || passes.Row != 3 {
		t.Errorf("got %+v", passes)
	}
	failure := result.Tests[1].Failure
	if failure == nil || failure.Expression != "x == 5" || failure.Row != 10 || failure.Column != 2 || failure.Trace == "" {
		t.Fatalf("got %+v", failure)
	}
	if got := encoded(t, failure.Locals); got != `{"x":4}` {
		t.Errorf("got %s", got)
	}
	if got := encoded(t, result.Tests[2].Cases); got != `{"four":false,"three":true}` {
		t.Errorf("got %s", got)
	}
}

func TestABuiltinThatFailsIsAnErrorWhereThereAreFeatures(t *testing.T) {
	result := runSuite(t, request.Request{Files: map[string]string{
		"features/a.rego": "package features.a\n\ndeny contains {\"code\": \"late\"} if time.parse_rfc3339_ns(input.args.t) > to_number(input.args.n)\n",
		"features/a_test.rego": `package features.a_test

test_silent if count(data.features.a.deny) == 0 with input as {"args": {"t": "no time", "n": "1"}}

test_speaks if count(data.features.a.deny) == 1 with input as {"args": {"t": "2026-01-31T12:00:00Z", "n": "1"}}
`}})
	if got := encoded(t, outcomesOf(result)); got != `{"test_silent":"error","test_speaks":"pass"}` {
		t.Fatalf("got %s %v", got, result.Problems)
	}
	problems := result.Tests[0].Problems
	if len(problems) != 1 || problems[0].Code != "eval_builtin_error" || problems[0].File != "features/a.rego" || problems[0].Row != 3 {
		t.Errorf("got %+v", problems)
	}
}

func TestATestThatNeverEndsIsAnErrorAfterItsTime(t *testing.T) {
	endless := "package p_test\n\nxs := numbers.range(1, 2000)\n\ntest_endless if count([1 | some a in xs; some b in xs; some c in xs; a + b == c * 7000]) == 1\n\ntest_quick if true\n"
	started := time.Now()
	result := runSuite(t, request.Request{Files: map[string]string{"p_test.rego": endless}, TimeoutMs: 200})
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if got := encoded(t, outcomesOf(result)); got != `{"test_endless":"error","test_quick":"pass"}` {
		t.Errorf("got %s", got)
	}
	if code := result.Tests[0].Problems[0].Code; code != "eval_cancel_error" {
		t.Errorf("got %s", code)
	}
}

func TestOnlyTheTestsThatAreAskedForRun(t *testing.T) {
	files := map[string]string{"p_test.rego": several, "data.json": `{"limit": 3}`}
	result := runSuite(t, request.Request{Files: files, Run: `^data\.p_test\.test_(pass|fail)`})
	if got := encoded(t, outcomesOf(result)); got != `{"test_fails":"fail","test_passes":"pass"}` {
		t.Errorf("got %s", got)
	}
	if result := runSuite(t, request.Request{Files: files, Run: "("}); !result.Refused || result.Problems[0].Code != "filter_invalid" {
		t.Errorf("got %+v", result)
	}
}

func TestCoverageCountsThePoliciesAndNotTheirTests(t *testing.T) {
	result := runSuite(t, request.Request{Coverage: true, Files: map[string]string{
		"p.rego":      "package p\n\na if input.x\n\nb if {\n\tinput.y\n\tinput.z\n}\n",
		"p_test.rego": "package p_test\n\ntest_a if data.p.a with input as {\"x\": true}\n"}})
	if got := encoded(t, result.Coverage); got != `{"percent":25,"files":{"p.rego":{"percent":25,"covered":[[3,3]],"notCovered":[[5,7]]}}}` {
		t.Errorf("got %s", got)
	}
}

func TestWhatDoesNotCompileRefusesTheTests(t *testing.T) {
	result := runSuite(t, request.Request{Files: map[string]string{"p_test.rego": "package p_test\n\ntest_a if unknown(1)\n"}})
	if !result.Refused || result.Problems[0].Code != "rego_type_error" || result.Problems[0].Row != 3 {
		t.Errorf("got %+v", result)
	}
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCoverageLeavesOutTheScopesOfFeatures(t *testing.T) {
	result := runSuite(t, request.Request{Coverage: true, Files: map[string]string{
		"features/p.rego":      "package features.p\n\nscopes[\"p:run\"] := {\n\t\"tools\": [\"run\"],\n}\n\ndeny contains {\"code\": \"no\"} if input.no\n",
		"features/p_test.rego": "package features.p_test\n\ntest_no if count(data.features.p.deny) == 1 with input as {\"no\": true}\n",
	}})
	if got := encoded(t, result.Coverage); got != `{"percent":100,"files":{"features/p.rego":{"percent":100,"covered":[[7,7]],"notCovered":[]}}}` {
		t.Error(got)
	}
}
