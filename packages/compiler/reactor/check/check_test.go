package check

import (
	"encoding/json"
	"slices"
	"testing"

	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

const (
	literal  = `scopes["rows:read"] := {"tools": {"read_rows": {"resource": "none"}}}` + "\n"
	computed = `scopes["rows:read"] := {"tools": {name: {"resource": "none"} | some name in ["read_rows"]}}` + "\n"
	misspelt = `deny contains {"code": "no"} if input.args.tabel == "t"` + "\n"
	unknown  = `deny contains {"code": "no"} if unheard_of(1)` + "\n"
	schema   = `{"type": "object", "properties": {"table": {"type": "string"}}, "additionalProperties": false}`
)

func codesOf(t *testing.T, rules string) []string {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"files": map[string]string{
			"features/rows.rego":           "# METADATA\n# title: Rows\npackage features.rows\n\n# METADATA\n# title: Read\n" + rules,
			"schemas/tools/read_rows.json": schema,
		},
		"inputSchema": json.RawMessage(`{"type": "object", "properties": {"args": {"type": "object"}}}`),
	})
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
	checked, err := Strict(s)
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{}
	for _, p := range checked.Problems() {
		codes = append(codes, p.Code)
	}
	return codes
}

func TestTheSchemaOfAToolTypesTheArguments(t *testing.T) {
	cases := []struct {
		name, rules string
		codes       []string
	}{
		{"read off the scopes", literal + misspelt, []string{"rego_type_error"}},
		{"evaluated", computed + misspelt, []string{"rego_type_error"}},
		{"nothing is wrong", literal, []string{}},
	}
	for _, c := range cases {
		if codes := codesOf(t, c.rules); !slices.Equal(codes, c.codes) {
			t.Errorf("%s: got %v", c.name, codes)
		}
	}
}

func TestWhatIsWrongWhateverTheToolsAreIsToldAlone(t *testing.T) {
	alone, both := codesOf(t, literal+unknown), codesOf(t, literal+unknown+misspelt)
	if len(alone) == 0 || !slices.Equal(alone, both) {
		t.Errorf("got %v beside %v", both, alone)
	}
}
