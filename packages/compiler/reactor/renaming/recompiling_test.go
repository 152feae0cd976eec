package renaming

import (
	"bytes"
	"testing"

	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/target"
)

// Renaming happens between two compilations. Without anything to rename, the plan must be what it is
// after one.
func TestCompilingTwiceChangesNothing(t *testing.T) {
	for _, rules := range []string{
		`x := {y: count(z) | some y, z in input.args; not startswith(y, "q")}`,
		"x := 1 if { some y in input.names; y == \"a\" } else := 2 if input.user else := f(3)\n\nf(n) := n + 1",
		"x contains $\"{input.user}: {y}\" if some y in numbers.range(1, 3)",
		"default x := false\n\nx if y with input as {\"user\": \"a\"} with count as 1\n\ny if count(input.user) == 1",
		"x[y].z contains w if { some y, ws in input.args; some w in ws }",
		"x := [p | walk(input.args, [p, v]); is_string(v); print(p)]",
		"x if { z := f(1, input.user); z > 1 }\n\nf(a, a) := 2\n\nf(_, 1) := 3",
	} {
		author := parsed(t, "package p\n\n"+rules)
		once, err := target.Plan(author, (&request.Request{}).Capabilities(), []string{"p/x"})
		if err != nil {
			t.Fatal(err)
		}
		renamed, errs := Rename(&request.Request{}, nil, author)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		twice, err := target.Plan(renamed.All, renamed.Capabilities, []string{"p/x"})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once, twice) {
			t.Errorf("%s: the plans differ", rules)
		}
	}
}
