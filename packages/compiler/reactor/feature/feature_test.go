package feature

import (
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

func TestAPackageIsAFeatureItsTestOrNeither(t *testing.T) {
	for _, c := range []struct {
		text, name string
		kind       Kind
	}{
		{"features.chatbot", "chatbot", Policy},
		{"features.chatbot_test", "chatbot", Test},
		{"features[\"a-b\"]", "a-b", Policy},
		{"features", "", Outside},
		{"features.chatbot.limits", "", Outside},
		{"features.chatbot_test.more", "", Outside},
		{"featured.chatbot", "", Other},
		{"lib.features.chatbot", "", Other},
	} {
		if name, kind := Of(ast.MustParsePackage("package " + c.text)); name != c.name || kind != c.kind {
			t.Errorf("%s: got %q, %d", c.text, name, kind)
		}
	}
}

func TestANameIsLowerCaseWords(t *testing.T) {
	for name, want := range map[string]bool{"chatbot": true, "data_retrieval2": true, "a-b": false, "A": false, "_a": false, "2a": false, "": false} {
		if IsName(name) != want {
			t.Errorf("%q: got %v", name, !want)
		}
	}
}

func TestPoliciesAreTheFilesOfFeatures(t *testing.T) {
	modules := map[string]*ast.Module{}
	for file, name := range map[string]string{"b.rego": "features.b", "a.rego": "features.a", "a_test.rego": "features.a_test", "lib.rego": "lib"} {
		modules[file] = ast.MustParseModule("package " + name)
	}
	if got := Policies(modules); !slices.Equal(got, []string{"a.rego", "b.rego"}) {
		t.Error(got)
	}
}
