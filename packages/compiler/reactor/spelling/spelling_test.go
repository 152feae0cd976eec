package spelling

import "testing"

func TestNearestFindsWhatWasMeant(t *testing.T) {
	rules := []string{"scopes", "deny", "require_approval", "obligations", "args"}
	for word, want := range map[string]string{
		"denies": "deny", "denied": "deny", "scope": "scopes", "obligation": "obligations",
		"approval": "require_approval", "arg": "args", "allow": "", "zzz": "",
	} {
		if got := Nearest(word, rules); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestSlipIsOnlyASmallDifferenceInALongWord(t *testing.T) {
	for _, c := range []struct {
		word, meant string
		want        bool
	}{{"sql_qurey", "sql_query", true}, {"sql_query", "sql_query", false}, {"default", "sql_query", false}, {"a", "b", false}} {
		if got := Slip(c.word, c.meant); got != c.want {
			t.Errorf("%s, %s: got %v", c.word, c.meant, got)
		}
	}
}

func TestChoiceNamesAll(t *testing.T) {
	if got := Choice([]string{"a", "b", "c"}); got != "`a`, `b` or `c`" {
		t.Error(got)
	}
}
