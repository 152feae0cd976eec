package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var codeConstant = regexp.MustCompile(`(?m)^\s*(?:const )?\w+\s+= "([a-z]+(?:_[a-z]+)+)"(?: // .*)?$`)

func TestEveryCodeHasItsSectionAndRow(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(repository, "docs/rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, source := range sourcesOf(t) {
		for _, match := range codeConstant.FindAllStringSubmatch(source, -1) {
			code := match[1]
			count++
			if !strings.Contains(string(page), "\n### "+code+"\n") || !strings.Contains(string(page), "| [`"+code+"`](#"+code+") |") {
				t.Errorf("`%s` is not on the page", code)
			}
		}
	}
	if count < 20 {
		t.Errorf("found %d codes only", count)
	}
}

func sourcesOf(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}
