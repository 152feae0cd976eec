package rules

import (
	"fmt"
	"strings"
	"testing"
)

func TestALiteralThatNeverMatchesIsRefused(t *testing.T) {
	run(t, []example{
		{x("_r if input.phase == \"cal\"\n"), "2:22 literal_impossible"},
		{x("_r if \"lst\" != input.phase\n"), "2:7 literal_impossible"},
		{x("_r if input.phase = \"\"\n"), "2:21 literal_impossible"},
		{x("_r if input.action.type == \"tools\"\n"), "2:28 literal_impossible"},
		{x("_r if input.key.audience == \"extern\"\n"), "2:29 literal_impossible"},
		{x("_r if input[\"key\"].audience == \"extern\"\n"), "2:32 literal_impossible"},
		{x("_r if input.key.audience in {\"extern\", \"internal\"}\n"), "2:30 literal_impossible"},
		{x("_r if input.key.audience in [\"internal\", \"extern\"]\n"), "2:42 literal_impossible"},
		{x("_r if not input.key.audience == \"extern\"\n"), "2:33 literal_impossible"},
		{x("_r := input.key.audience == \"extern\"\n"), "2:29 literal_impossible"},
		{x("_r if input.key.audience == 1\n"), "2:29 literal_impossible"},
		{x("_r if input.action == {\"type\": \"tol\", \"name\": \"sql_query\"}\n"), "2:32 literal_impossible"},
		{x("_r if {\n\taudience := input.key.audience\n\taudience == \"extern\"\n}\n"), "4:14 literal_impossible"},
		{x("import input.key\n_r if key.audience == \"extern\"\n"), "3:23 literal_impossible"},
		{x("_r if {\n\tinput.a\n} else if {\n\tinput.phase == \"calls\"\n}\n"), "5:17 literal_impossible"},
		{x("_r if input.action.name == \"sql_qurey\"\n"), "2:28 literal_impossible"},
		{x("_r if input.action.name == \"write_file\"\n"), "2:28 literal_impossible"},
		{x("_r if input.action.name in {\"sql_query\", \"drop_table\"}\n"), "2:42 literal_impossible"},
		{x("_r if input.action.name in _tools\n_tools := {\"sql_query\", \"drop_table\"}\n"), "3:25 literal_impossible"},
		{x("import data.features.x as own\n_r if input.phase == own._phase\n_phase := \"cal\"\n"), "4:11 literal_impossible"},
	})
}

func TestALiteralThatMayMatchIsAccepted(t *testing.T) {
	run(t, []example{
		{x("_r if input.phase == \"list\"\n_s if input.action.type != \"model\"\n_t if input.key.audience in {\"internal\", \"external\"}\n"), ""},
		{x("_r if input.action.name == \"sql_query\"\n_s if input.action.name in [\"list_tables\", \"sql_query\"]\n"), ""},
		{x("_r if input.resource.type == \"extern\"\n_s if input.context.facts.phase == \"cal\"\n"), ""},
		{x("_r if input.phase == input.args.phase\n_s if input.phase == data.phase\n_t if input.phase in data.phases\n"), ""},
		{x("_f(phase) if phase == \"cal\"\n_g if {\n\tsome phase in [\"cal\"]\n\tphase == \"cal\"\n}\n"), ""},
		{files{"lib.rego": "package lib\nr if input.phase == \"cal\"\n"}, ""},
		{files{"lib.rego": "package lib\ntools := {\"sql_query\", \"write_file\"}\n", "features/x.rego": "package features.x\n_r if input.action.name in data.lib.tools\n"}, ""},
		{x("_r if input.phase == _phase\n_phase := \"cal\" if input.args.a\n_s if input.phase in _phases\n_phases contains \"cal\"\n"), ""},
	})
}

func TestOperationsOfModelsAreOpen(t *testing.T) {
	y := func(name string) files {
		return files{"features/y.rego": fmt.Sprintf("package features.y\n_r if input.action.name == %q\n", name)}
	}
	run(t, []example{
		{y("embeddings"), ""},
		{y("write_file"), ""},
		{y("write_fiel"), "features/y.rego:2:28 literal_impossible"},
		{files{"features/z.rego": "package features.z\n_r if input.action.name == \"a\"\n"}, ""},
	})
	in := input(t, x("_r if input.action.name == \"nothing\"\n"))
	if in.Catalogue = nil; len(Check(in)) > 0 {
		t.Error("without a catalogue nothing is known of tools")
	}
}

func TestTablesBelongIntoData(t *testing.T) {
	list := func(n int, entry string) string { return strings.TrimSuffix(strings.Repeat(entry+", ", n), ", ") }
	object := func(n int) string {
		lines := make([]string, n)
		for i := range lines {
			lines[i] = fmt.Sprintf("\"k%d\": %d", i, i)
		}
		return "{" + strings.Join(lines, ", ") + "}"
	}
	run(t, []example{
		{x("_t := [" + list(500, "1") + "]\n"), ""},
		{x("_t := [" + list(501, "1") + "]\n"), "2:7 literal_huge"},
		{x("_t := " + object(501) + "\n"), "2:7 literal_huge"},
		{x("_t if input.a in " + strings.NewReplacer(":", " +").Replace("{"+list(1, "1")+"}") + "\n"), ""},
		{x("_t := [" + list(101, "{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4}") + "]\n"), "2:7 literal_huge"},
		{x("_t := {\"a\": " + object(600) + ", \"b\": 1}\n"), "2:7 literal_huge"},
		{x("_t if {\n\tsome row in [" + list(501, "1") + "]\n\trow > 1\n}\n"), "3:14 literal_huge"},
		{x("scopes[\"a\"] := {\"tools\": [" + list(501, "\"b\"") + "]}\n"), ""},
		{files{"lib.rego": "package lib\nt := [" + list(501, "1") + "]\n"}, ""},
	})
}
