package query

import (
	"bytes"
	"encoding/json"
	"testing"

	"scopeward.dev/compiler/reactor/request"
)

func compiled(t *testing.T, r *request.Request) *Result {
	t.Helper()
	result, err := Compile(r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestAQueryIsCompiledWithRenamedBuiltins(t *testing.T) {
	result := compiled(t, &request.Request{Modules: []string{"package p\n\nq := count(input.xs)"}, Query: "data.p.q = x; y := x + 1",
		HostBuiltins: []string{"count", "plus"}, Data: json.RawMessage(`{"n": 12345678901234567890}`)})
	if len(result.Problems) > 0 || result.Entrypoint != "scopeward_query/bindings" {
		t.Fatalf("got %+v", result.Problems)
	}
	for _, name := range []string{"scopeward.count\x00", "scopeward.plus\x00"} {
		if !bytes.Contains(result.Wasm, []byte(name)) {
			t.Errorf("the module does not import %s", name)
		}
	}
	if string(result.Data) != `{"n": 12345678901234567890}` {
		t.Errorf("got %s", result.Data)
	}
}

func TestModulesOfRegoV0CanBeAsked(t *testing.T) {
	result := compiled(t, &request.Request{V0Compatible: true, Modules: []string{"package p\n\nq[x] { x := 1 }"}, Query: "data.p.q[x]"})
	if len(result.Problems) > 0 || len(result.Wasm) == 0 {
		t.Errorf("got %+v", result.Problems)
	}
}

func TestWhatDoesNotCompileOrHasNoBuiltinIsRefused(t *testing.T) {
	for code, r := range map[string]*request.Request{
		"rego_parse_error":      {Query: "data.p ="},
		"rego_unsafe_var_error": {Query: "not x"},
		"builtin_missing":       {Query: "x := units.parse(\"1K\")"},
	} {
		if result := compiled(t, r); len(result.Problems) == 0 || result.Problems[0].Code != code {
			t.Errorf("%s: got %+v", code, result.Problems)
		}
	}
}
