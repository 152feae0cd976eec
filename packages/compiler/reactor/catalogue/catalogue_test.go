package catalogue_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"scopeward.dev/compiler/reactor/catalogue"
)

// reference are the reference policies of the repository.
func reference(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..", "..", "..", "policies")
	files := map[string]string{}
	for _, pattern := range []string{"data.json", "features/*.rego"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.ToSlash(name)] = string(text)
		}
	}
	return files
}

func TestTheReferencePolicies(t *testing.T) {
	found, problems := evaluate(t, reference(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	none := []string{}
	both, inside, outside := []string{"external", "internal"}, []string{"internal"}, []string{"external"}
	repository := catalogue.Resource{Type: "repository", From: "/repository"}
	target := func(feature string, internal, external []string, resource any) catalogue.Target {
		return catalogue.Target{Features: []string{feature}, Scopes: catalogue.ByAudience{Internal: internal, External: external}, Resource: resource}
	}
	withoutWords := map[string]catalogue.Scope{}
	for name, s := range found.Scopes {
		if s.Title == "" || s.Description == "" {
			t.Errorf("%s has no title or description", name)
		}
		s.Title, s.Description = "", ""
		withoutWords[name] = s
	}
	expectEqual(t, withoutWords, map[string]catalogue.Scope{
		"public-llm-api": {Feature: "chatbot", Tools: []string{"search_help_center"}, Models: []string{"atlas-mini-2026-01-15"},
			Audiences: outside, Risk: "low", Requires: none},
		"internal-chatbot": {Feature: "chatbot", Tools: []string{"refund_order", "search_help_center"},
			Models: []string{"atlas-large-2026-02-01", "atlas-mini-2026-01-15"}, Audiences: inside, Risk: "medium", Requires: none},
		"code-generation:read": {Feature: "code_generation", Tools: []string{"read_file"}, Models: []string{"atlas-code-2026-02-01"},
			Audiences: inside, Risk: "low", Requires: none},
		"code-generation:write": {Feature: "code_generation", Tools: []string{"write_file"}, Models: none, Audiences: inside,
			Risk: "high", Requires: none},
		"data-retrieval:read": {Feature: "data_retrieval", Tools: []string{"list_datasets", "sql_query"}, Models: none,
			Audiences: both, Risk: "low", Requires: []string{"dataset"}},
	})
	expectEqual(t, found.Tools, map[string]catalogue.Target{
		"search_help_center": target("chatbot", []string{"internal-chatbot"}, []string{"public-llm-api"}, "none"),
		"refund_order":       target("chatbot", []string{"internal-chatbot"}, none, catalogue.Resource{Type: "order", From: "/order"}),
		"read_file":          target("code_generation", []string{"code-generation:read"}, none, repository),
		"write_file":         target("code_generation", []string{"code-generation:write"}, none, repository),
		"list_datasets":      target("data_retrieval", []string{"data-retrieval:read"}, []string{"data-retrieval:read"}, "none"),
		"sql_query": target("data_retrieval", []string{"data-retrieval:read"}, []string{"data-retrieval:read"},
			catalogue.Resource{Type: "dataset", From: "/dataset"}),
	})
	expectEqual(t, found.Models, map[string]catalogue.Target{
		"atlas-mini-2026-01-15":  target("chatbot", []string{"internal-chatbot"}, []string{"public-llm-api"}, nil),
		"atlas-large-2026-02-01": target("chatbot", []string{"internal-chatbot"}, none, nil),
		"atlas-code-2026-02-01":  target("code_generation", []string{"code-generation:read"}, none, nil),
	})
	expectEqual(t, found.Features["chatbot"], catalogue.Feature{Title: "Chatbot",
		Description: "Conversations with customers and staff, and the few things the bot may do for them.",
		Scopes:      []string{"internal-chatbot", "public-llm-api"}})
}

func TestListsAreInJSONEvenWhenEmpty(t *testing.T) {
	found, _ := evaluate(t, map[string]string{"features/b.rego": "package features.b\n", file: scope(`{"tools": ["x"], "audiences": []}`)})
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"features":{"a":{"title":"A","scopes":["a:s"]},"b":{"scopes":[]}},` +
		`"scopes":{"a:s":{"feature":"a","title":"S","tools":["x"],"models":[],"audiences":[],"requires":[]}},` +
		`"tools":{"x":{"features":["a"],"scopes":{"internal":[],"external":[]}}},"models":{}}`
	if string(text) != want {
		t.Errorf("got %s", text)
	}
}

func TestScopesThatComeToTheSameAreAccepted(t *testing.T) {
	want := catalogue.Scope{Feature: "a", Title: "S", Tools: []string{"x", "y"}, Models: []string{}, Audiences: []string{"internal"}, Requires: []string{}}
	for name, text := range map[string]string{
		"an array":          `scopes["a:s"] := {"tools": ["y", "x", "y"]}`,
		"a set":             `scopes["a:s"] := {"tools": {"y", "x"}}`,
		"an object":         `scopes["a:s"] := {"tools": {"y": {"resource": "none"}, "x": {"resource": {"type": "t", "from": "/a~1b/0"}}}}`,
		"a normaliser":      `scopes["a:s"] := {"tools": {"y": {"resource": "none"}, "x": {"resource": {"type": "t", "from": "sql-tables"}}}}`,
		"the default named": `scopes["a:s"] := {"tools": ["x", "y"], "audiences": {"internal"}, "models": set(), "requires": []}`,
		"equals":            `scopes["a:s"] = {"tools": ["x", "y"]}`,
		"a true body":       `scopes["a:s"] := {"tools": ["x", "y"]} if true`,
		"a body":            `scopes["a:s"] := {"tools": tools} if tools := ["x", "y"]`,
		"a helper":          "scopes[\"a:s\"] := {\"tools\": _tools}\n_tools contains \"x\"\n_tools contains \"y\"",
		"a function":        "scopes[\"a:s\"] := _scope([\"x\", \"y\"])\n_scope(tools) := {\"tools\": tools}",
		"data":              `scopes["a:s"] := {"tools": object.keys(data.tools)}`,
		"a template":        `scopes["a:s"] := {"tools": [$"x", $"{"y"}"]}`,
		"a builtin":         `scopes["a:s"] := {"tools": split("x,y", ",")}`,
		"another package":   `scopes["a:s"] := {"tools": [t | some t in data.lib.tools]}`,
	} {
		t.Run(name, func(t *testing.T) {
			found, problems := evaluate(t, map[string]string{file: rules(text), "lib.rego": "package lib\n\ntools := {\"y\", \"x\"}\n",
				"data.json": `{"tools": {"x": 1, "y": 2}}`})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			expectEqual(t, found.Scopes["a:s"], want)
		})
	}
}

func TestScopesAreListedByRiskThenName(t *testing.T) {
	var text strings.Builder
	text.WriteString(titledPackage)
	for name, risk := range map[string]string{"a": "critical", "b": "high", "z": "low", "y": "low", "c": "medium"} {
		fmt.Fprintf(&text, "%sscopes[%q] := {\"tools\": [\"x\"], \"risk\": %q, \"audiences\": [\"external\", \"internal\"]}\n", titledRule, name, risk)
	}
	other := "# METADATA\n# title: B\npackage features.b\n\n" + titledRule + `scopes["0"] := {"tools": ["x"]}`
	found, problems := evaluate(t, map[string]string{file: text.String(), "features/b.rego": other})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	expectEqual(t, found.Tools["x"], catalogue.Target{Features: []string{"a", "b"}, Scopes: catalogue.ByAudience{
		Internal: []string{"y", "z", "c", "b", "a", "0"}, External: []string{"y", "z", "c", "b", "a"}}})
}

func TestADeclarationHoldsForEveryScopeThatListsTheTool(t *testing.T) {
	for _, values := range [][]string{{`["x"]`, `{"x": {"resource": "none"}}`}, {`{"x": {"resource": "none"}}`, `["x"]`}} {
		found, problems := evaluate(t, map[string]string{file: scope(`{"tools": `+values[0]+`}`) + titledRule + `scopes["a:t"] := {"tools": ` + values[1] + `}`})
		if len(problems) > 0 || found.Tools["x"].Resource != "none" {
			t.Error(problems, found)
		}
	}
}

func TestWordsComeFromTheFileThatHasThem(t *testing.T) {
	found, problems := evaluate(t, map[string]string{
		"features/a.rego": "package features.a\n\n# METADATA\n# scope: document\n# title: S\nscopes[\"a:s\"] := {\"tools\": [\"x\"]}\n",
		"features/b.rego": "# METADATA\n# title: A\n# description: |\n#   One.\n#   Two.\npackage features.a\n\n" + titledRule + `scopes["a:t"] := {"tools": ["x"]}`})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	expectEqual(t, found.Features["a"], catalogue.Feature{Title: "A", Description: "One.\nTwo.", Scopes: []string{"a:s", "a:t"}})
}

func TestEqualPoliciesGiveEqualBytes(t *testing.T) {
	var texts []string
	for range 20 {
		found, _ := evaluate(t, reference(t))
		text, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if slices.Sort(texts); texts[0] != texts[len(texts)-1] {
		t.Error("two runs differ")
	}
}

func expectEqual(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
