package native

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

var entry = regexp.MustCompile(`(?m)^\tast\.(\w+)\.Name:\s+"\w+",$`)

// declared gives the number of builtins that the compiler's own list holds.
func declared(t *testing.T) int {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/open-policy-agent/opa").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "internal/compiler/wasm/wasm.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "var builtinsFunctions = ")
	list, _, _ = strings.Cut(list, "\n}\n")
	source, err := os.ReadFile("native.go")
	if err != nil {
		t.Fatal(err)
	}
	found := entry.FindAllStringSubmatch(list, -1)
	for _, match := range found {
		if !regexp.MustCompile(`\bast\.` + match[1] + `[,\n]`).Match(source) {
			t.Errorf("the compiler has ast.%s natively, the list has not", match[1])
		}
	}
	return len(found)
}

func TestTheListIsTheCompilersOwn(t *testing.T) {
	// The planner compiles unification and assignment away.
	if got, want := len(builtins), declared(t)+2; got != want {
		t.Errorf("got %d builtins, want %d", got, want)
	}
}

func TestAllAreBuiltinsOfThisVersion(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(builtins)) {
		if ast.BuiltinMap[name] == nil {
			t.Errorf("%s is no builtin", name)
		}
	}
	if Has("time.now_ns") || !Has("startswith") {
		t.Error("native builtins are told from others")
	}
}
