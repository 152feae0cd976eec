package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

const repository = "../../../.."

func folder(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		relative, _ := filepath.Rel(root, path)
		files[filepath.ToSlash(relative)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func checked(t *testing.T, files map[string]string) []problem.Problem {
	t.Helper()
	library := map[string]string{}
	for file, text := range folder(t, filepath.Join(repository, "packages/compiler/rego")) {
		if !strings.HasSuffix(file, "_test.rego") {
			library["scopeward/"+file] = text
		}
	}
	s, err := sources.Read(&request.Request{Files: files, Library: library, HostBuiltins: []string{"time.parse_rfc3339_ns"}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := check.Strict(s)
	if err != nil {
		t.Fatal(err)
	}
	return c.Problems()
}

func TestTheReferencePoliciesHaveNoProblem(t *testing.T) {
	if found := checked(t, folder(t, filepath.Join(repository, "policies"))); len(found) > 0 {
		t.Errorf("%v", found)
	}
}
