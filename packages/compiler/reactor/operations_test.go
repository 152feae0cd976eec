package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const feature = `# METADATA
# title: Rows
package features.rows

# METADATA
# title: Read rows
scopes["rows:read"] := {"tools": ["read_rows"]}

deny contains {"code": "not_a_table"} if {
	input.phase == "call"
	not _is_table
}

_is_table if startswith(input.args.table, "t_")
`

// ask runs an operation over a small policy and the library as it is.
func ask(t *testing.T, operation string, more map[string]any) map[string]any {
	t.Helper()
	library := map[string]string{}
	files, err := filepath.Glob("../rego/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.rego") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		library["scopeward/"+filepath.Base(file)] = string(text)
	}
	request := map[string]any{"op": operation, "library": library, "files": map[string]string{"features/rows.rego": feature},
		"hostBuiltins": []string{"startswith", "internal.template_string"}}
	for key, value := range more {
		request[key] = value
	}
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var answered struct {
		Result map[string]any
		Fault  *fault
	}
	if err := json.Unmarshal(Answer(body), &answered); err != nil {
		t.Fatal(err)
	}
	if answered.Fault != nil {
		t.Fatal(answered.Fault.Message, answered.Fault.Trace)
	}
	return answered.Result
}

func TestCheckGivesTheCatalogueOnlyWhenNothingIsAnError(t *testing.T) {
	good := ask(t, "check", nil)
	if problems := good["problems"].([]any); len(problems) != 0 || good["catalogue"] == nil {
		t.Errorf("got %v", good)
	}
	bad := ask(t, "check", map[string]any{"files": map[string]string{"features/rows.rego": feature + "\ndeny contains 1 if unknown(2)\n"}})
	if problems := bad["problems"].([]any); len(problems) == 0 || bad["catalogue"] != nil {
		t.Errorf("got %v", bad)
	}
}

func TestABundleIsBuiltAndGainsFiles(t *testing.T) {
	built := ask(t, "build", nil)
	if built["refused"] != false || !strings.HasPrefix(built["revision"].(string), "sha256:") {
		t.Fatalf("got %v", built["problems"])
	}
	again := ask(t, "build", nil)
	if again["bundle"] != built["bundle"] {
		t.Error("the same sources gave other bytes")
	}
	gained := ask(t, "archive", map[string]any{"bundle": built["bundle"], "add": map[string]string{".signatures.json": "{}"}})
	if gained["bundle"] == built["bundle"] {
		t.Error("the bundle gained nothing")
	}
}

func TestOperationsOnSourcesAnswerInTheirShape(t *testing.T) {
	for operation, members := range map[string][]string{
		"format":   {"formatted", "problems"},
		"inspect":  {"packages", "rules", "catalogue", "builtins"},
		"test":     {"refused", "problems", "tests"},
		"evaluate": {"defined", "value"},
	} {
		result := ask(t, operation, map[string]any{"query": "data.features.rows.scopes"})
		for _, member := range members {
			if _, ok := result[member]; !ok {
				t.Errorf("%s has no %s: %v", operation, member, result)
			}
		}
	}
}

func TestWhatIsNoRequestIsAFault(t *testing.T) {
	for _, body := range []string{"", "[]", `{"op": "unknown"}`, `{"op": "test", "pluginBuiltins": [{"name": "count"}]}`} {
		var answered answer
		if err := json.NewDecoder(bytes.NewReader(Answer([]byte(body)))).Decode(&answered); err != nil || answered.Fault == nil {
			t.Errorf("%s: got %+v, %v", body, answered, err)
		}
	}
}
