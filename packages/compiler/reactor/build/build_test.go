package build

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"scopeward.dev/compiler/reactor/archive"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

// A library of one rule is enough to build with.
const library = "package scopeward\n\ndecision contains answer if {\n\tsome name\n\tsome answer in data.scopeward.dispatch[name].deny\n}\n"

func build(t *testing.T, files map[string]string, hostBuiltins []string) *Result {
	t.Helper()
	body, err := json.Marshal(map[string]any{"files": files, "library": map[string]string{"scopeward/decision.rego": library},
		"hostBuiltins": hostBuiltins})
	if err != nil {
		t.Fatal(err)
	}
	r, err := request.Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sources.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Run(s)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func feature(name, condition string) string {
	return "# METADATA\n# title: A\npackage features." + name + "\n\n# METADATA\n# title: B\nscopes[\"" + name + ":read\"] := {\"tools\": [\"" +
		name + "\"]}\n\ndeny contains {\"code\": \"no\"} if " + condition + "\n"
}

func unpacked(t *testing.T, result *Result) map[string][]byte {
	t.Helper()
	if result.Refused {
		t.Fatal(result.Problems)
	}
	files, err := archive.Read(result.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestOnlyTheModuleForWebAssemblyIsRenamed(t *testing.T) {
	files := map[string]string{"features/a.rego": feature("a", `startswith(input.args.x, "q")`)}
	renamed := unpacked(t, build(t, files, []string{"startswith"}))
	plain := unpacked(t, build(t, files, nil))
	if !bytes.Contains(renamed[wasmFile], []byte("scopeward.startswith\x00")) {
		t.Error("the call is still native")
	}
	for _, file := range []string{planFile, "features/a.rego", "scopeward/decision.rego", dataFile} {
		if !bytes.Equal(renamed[file], plain[file]) {
			t.Errorf("%s is another", file)
		}
	}
}

func TestEqualSourcesGiveEqualBytes(t *testing.T) {
	files := map[string]string{"data.json": `{"b": 1, "a": 2}`}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		files["features/"+name+".rego"] = feature(name, `count(input.args.x) > input.args.y`)
	}
	first := build(t, files, []string{"count"})
	for range 5 { // maps have another order each time
		if again := build(t, files, []string{"count"}); !bytes.Equal(again.Bundle, first.Bundle) || again.Revision != first.Revision {
			t.Fatal("the bundles differ")
		}
	}
}

func TestABuiltinThatTheEvaluatorLacksRefusesTheBuildAtTheCall(t *testing.T) {
	result := build(t, map[string]string{"features/a.rego": feature("a", `units.parse(input.args.x) > 1`)}, nil)
	if !result.Refused || len(result.Bundle) > 0 {
		t.Fatal("it was built")
	}
	found := false
	for _, p := range result.Problems {
		found = found || p.Code == "builtin_missing" && p.File == "features/a.rego" && p.Row == 9 && strings.Contains(p.Message, "`units.parse`")
	}
	if !found {
		t.Errorf("got %+v", result.Problems)
	}
}

func TestWhatIsCompiledNeedNoTextOfItsOwn(t *testing.T) {
	const among = "_known := input.action.name in {\"a\"} # the formatter cannot write this call once it is compiled\n"
	unpacked(t, build(t, map[string]string{"features/a.rego": feature("a", "_known") + among}, nil))
	const entrypoint = "package p\n\n# METADATA\n# entrypoint: true\nx if y\n\ny := input.action.name in {\"a\"}\n"
	unpacked(t, build(t, map[string]string{"p.rego": entrypoint}, nil))
}
