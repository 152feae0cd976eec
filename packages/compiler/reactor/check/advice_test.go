package check

import (
	"slices"
	"strings"
	"testing"

	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

func told(t *testing.T, files map[string]string) []problem.Problem {
	t.Helper()
	s, err := sources.Read(&request.Request{Files: files, InputSchema: []byte(`{"type": "object", "properties": {"subject": {"type": "string"}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	checked, err := Strict(s)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(checked.Problems(), func(p problem.Problem) bool { return p.Severity == "warning" })
}

func TestWhatOPAFindsIsToldWithWhatToDo(t *testing.T) {
	for rego, advice := range map[string]string{
		"_r if input.sbject == 1":     "`subject`",
		"_r if cuont(input) == 1":     "`count`",
		"_r if acme.risk(input) == 1": "plugin",
		"_r if role == 1":             "nothing gives it a value",
	} {
		found := told(t, map[string]string{"features/a.rego": "package features.a\n\n" + rego + "\n"})
		if len(found) != 1 || !strings.Contains(found[0].Message, advice) {
			t.Errorf("%s: %v", rego, found)
		}
	}
}

func TestAnEmptyFileIsOneProblemWithAPlace(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n"} {
		found := told(t, map[string]string{"lib/a.rego": text})
		if len(found) != 1 || found[0].File != "lib/a.rego" || found[0].Row != 1 || found[0].Column != 1 ||
			strings.Contains(found[0].Message, "rego_parse_error") {
			t.Errorf("%q: %v", text, found)
		}
	}
}

func TestOneMistakeIsToldOnceAndWithItsColumn(t *testing.T) {
	found := told(t, map[string]string{"lib/a.rego": "package lib.a\n\nx := := 1\n", "lib/b.rego": "package lib.b\n\nx if {\n"})
	if len(found) != 2 || found[0].Column != 6 || found[1].Column != 1 {
		t.Errorf("%v", found)
	}
}
