package renaming

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"scopeward.dev/compiler/reactor/native"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/target"
)

const schema = `{"type": "object", "properties": {
	"user": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}},
	"args": {"type": "object"}, "limit": {"type": "number"}}}`

func hosting() *request.Request {
	hosted := []string{"sprintf", "time.now_ns"}
	for name := range ast.BuiltinMap {
		if native.Has(name) {
			hosted = append(hosted, name)
		}
	}
	return &request.Request{HostBuiltins: hosted, InputSchema: json.RawMessage(schema)}
}

func parsed(t *testing.T, text string) map[string]*ast.Module {
	t.Helper()
	m, err := ast.ParseModuleWithOpts("p.rego", text, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*ast.Module{"p.rego": m}
}

// planned gives the builtins that package p needs after renaming.
func planned(t *testing.T, r *request.Request, text string) []string {
	t.Helper()
	renamed, errs := Rename(r, nil, parsed(t, text))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	plan, err := target.Plan(renamed.All, renamed.Capabilities, []string{"p/x"})
	if err != nil {
		t.Fatal(err)
	}
	var decoded struct {
		Static struct {
			BuiltinFuncs []struct{ Name string } `json:"builtin_funcs"`
		} `json:"static"`
	}
	if err := json.Unmarshal(plan, &decoded); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, b := range decoded.Static.BuiltinFuncs {
		names = append(names, b.Name)
	}
	slices.Sort(names)
	return names
}

func TestEachFormOfACallIsRenamed(t *testing.T) {
	for form, test := range map[string]struct{ rules, builtins string }{
		"a condition":               {`x if startswith(input.args.a, "q")`, "scopeward.startswith"},
		"an assignment":             {`x := y if y := to_number(input.args.a)`, "scopeward.to_number"},
		"an infix operator":         {`x := input.args.a + 1`, "scopeward.plus"},
		"a division":                {`x if input.limit / input.limit > 1`, "gt scopeward.div"},
		"a nested call":             {`x := lower(concat(",", input.args.a))`, "scopeward.concat scopeward.lower"},
		"the head of a set":         {`x contains upper(input.args.a)`, "scopeward.upper"},
		"the head of an object":     {`x[upper(input.args.a)] := count(input.args.b)`, "scopeward.count scopeward.upper"},
		"an else branch":            {`x := 1 if { input.args.a } else := count(input.args.b)`, "scopeward.count"},
		"a negation":                {`x if not contains(input.args.a, "q")`, "scopeward.contains_"},
		"an array comprehension":    {`x := [y | some z in input.args.a; y := count(z)]`, "scopeward.count"},
		"a set comprehension":       {`x := {count(z) | some z in input.args.a}`, "scopeward.count"},
		"an object comprehension":   {`x := {z: count(z) | some z in input.args.a}`, "scopeward.count"},
		"every":                     {`x if every z in input.args.a { count(z) > 1 }`, "gt scopeward.count"},
		"the domain of every":       {`x if every z in split(input.args.a, ",") { z != "q" }`, "neq scopeward.split"},
		"a membership":              {`x if 1 in object.keys(input.args.a)`, "internal.member_2 scopeward.object.keys"},
		"a template":                {`x := $"{input.args.a}!"`, "scopeward.internal.template_string"},
		"a function":                {"x := f(input.args.a)\n\nf(y) := count(y)", "scopeward.count"},
		"a partial rule":            {"x := y.a\n\ny.a := count(input.args.a)", "scopeward.count"},
		"a call under with":         {`x if count(input.args.a) == 1 with input.args as {}`, "scopeward.count"},
		"the value of with":         {"x if y with input.args as {\"a\": count(input.args.b)}\n\ny if input.args.a", "scopeward.count"},
		"a builtin in place of one": {`x if f(1) with f as count` + "\n\nf(_) := 2", "scopeward.count"},
		"a set operator":            {`x := input.args.a & input.args.b`, "scopeward.and"},
		"the body of a negation":    {"import future.keywords.not\n\nx if not { y := input.args.a; not { count(y) } }", "scopeward.count"},
		"either side of an or":      {"import future.keywords.or\n\nx if { count(input.args.a) or { y := input.args.b; lower(y) } }", "scopeward.count scopeward.lower"},
		"either side of an and":     {"import future.keywords.and\n\nx if { count(input.args.a) and { y := input.args.b; lower(y) } }", "scopeward.count scopeward.lower"},
	} {
		if got := strings.Join(planned(t, hosting(), "package p\n\n"+test.rules), " "); got != test.builtins {
			t.Errorf("%s: got %s, want %s", form, got, test.builtins)
		}
	}
}

func TestAProvenCallStaysNative(t *testing.T) {
	for rules, builtins := range map[string]string{
		`x if startswith(input.user, "q")`:                                        "startswith",
		`x := count(input.names)`:                                                 "count",
		`x if { some name in input.names; endswith(name, "q") }`:                  "endswith",
		`x if every name in input.names { contains(name, "q") }`:                  "contains",
		`x := concat(",", [n | some n in input.names])`:                           "concat",
		`x := concat(",", {n | some n in input.names})`:                           "scopeward.concat",
		"x := count(y)\n\ny contains input.user":                                  "count",
		"x if startswith(y, \"q\")\n\ny := input.user":                            "startswith",
		`x if { y := trim_space(input.user); startswith(y, "q") }`:                "startswith trim_space",
		`x if { y := input.args.a; is_string(y); startswith(y, "q") }`:            "is_string scopeward.startswith",
		`x if { y := input.args.a; startswith(y, "q"); y == "quit" }`:             "scopeward.startswith",
		`x := {"a"} - {input.user}`:                                               "minus",
		`x := object.get(input.args, "a", 1)`:                                     "object.get",
		`x := object.get(input.args.a, "b", 1)`:                                   "scopeward.object.get",
		`x if regex.match("^[a-z]+$", input.user)`:                                "regex.match",
		`x if regex.match("(?i)^a", input.user)`:                                  "scopeward.regex.match",
		`x if regex.match(input.user, "a")`:                                       "scopeward.regex.match",
		`x := replace(input.user, "a", "b")`:                                      "replace",
		`x := replace(input.user, "", "b")`:                                       "scopeward.replace",
		`x := substring(input.user, 0, 3)`:                                        "substring",
		`x := substring(input.user, -1, 3)`:                                       "scopeward.substring",
		`x := substring(input.user, 0, input.limit)`:                              "scopeward.substring",
		`x := $"{input.user}!"`:                                                   "internal.template_string",
		`x := $"{input.limit}!"`:                                                  "scopeward.internal.template_string",
		`x if { walk(input.args, [p, _]); p == ["a"] }`:                           "walk",
		`x if input.args.a < input.args.b`:                                        "lt",
		"x if y with input as {\"user\": 1}\n\ny if startswith(input.user, \"\")": "scopeward.startswith",
		"x if z with data.p.y as 1\n\nz := count(y)\n\ny contains input.user":     "scopeward.count",
	} {
		if got := strings.Join(planned(t, hosting(), "package p\n\n"+rules), " "); got != builtins {
			t.Errorf("%s: got %s, want %s", rules, got, builtins)
		}
	}
}

func TestAMockStandsForBothNamesOfABuiltin(t *testing.T) {
	renamed, errs := Rename(hosting(), nil, parsed(t, "package p\n\nx if y with count as 7\n\ny if count(input.args.a) == 7"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	plan, err := target.Plan(renamed.All, renamed.Capabilities, []string{"p/x"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(plan), "count\"") {
		t.Errorf("the mock does not replace the call: %s", plan)
	}
}

func TestWhatAPluginPromisesProvesNothing(t *testing.T) {
	r := hosting()
	r.PluginBuiltins = []*ast.Builtin{{Name: "acme.f", Decl: types.NewFunction(types.Args(types.S), types.S)}}
	if got := strings.Join(planned(t, r, "package p\n\nx if startswith(y, \"q\")\n\ny := acme.f(input.user)"), " "); got != "acme.f scopeward.startswith" {
		t.Errorf("got %s", got)
	}
}

func TestWhatTheHostDoesNotSupplyStaysNative(t *testing.T) {
	r := &request.Request{InputSchema: json.RawMessage(schema)}
	if got := strings.Join(planned(t, r, "package p\n\nx if startswith(input.args.a, \"q\")"), " "); got != "startswith" {
		t.Errorf("got %s", got)
	}
}

func TestTheLibraryIsLeftAlone(t *testing.T) {
	library := parsed(t, "package p\n\nx if startswith(input.args.a, \"q\")")
	renamed, errs := Rename(hosting(), library, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if text := renamed.All["p.rego"].String(); strings.Contains(text, Prefix) {
		t.Errorf("got %s", text)
	}
}

func TestACallOfABuiltinThatNobodySuppliesIsMissing(t *testing.T) {
	author := parsed(t, "package p\n\nx if time.clock(1) == input.args.a\n\nunused if http.send({})")
	plan, err := target.Plan(author, hosting().Capabilities(), []string{"p/x"})
	if err != nil {
		t.Fatal(err)
	}
	renamed, errs := Rename(hosting(), nil, author)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	missing, err := renamed.Missing(hosting(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if len(missing) != 1 || missing[0].Code != "builtin_missing" || missing[0].Row != 3 || missing[0].Column != 6 {
		t.Errorf("got %+v", missing)
	}
}
