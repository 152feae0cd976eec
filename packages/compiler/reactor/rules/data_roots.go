package rules

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/feature"
	"scopeward.dev/compiler/reactor/problem"
)

const dataReserved = "data_reserved"

// dataRoots refuses data where features or the library lie: it would act as rules there.
func dataRoots(p *policy) []problem.Problem {
	var problems []problem.Problem
	for _, file := range util.KeysSorted(p.in.DataFiles) {
		refuse := func(root string, row, column int) {
			problems = append(problems, problem.Problem{Severity: "error", Code: dataReserved,
				Message: fmt.Sprintf("`data.%s` holds rules and no data, choose another name", root), File: file, Row: row, Column: column})
		}
		if folder := path.Dir(file); folder != "." {
			if root, _, _ := strings.Cut(folder, "/"); reserved(root) {
				refuse(root, 1, 1)
			}
			continue
		}
		content, _ := p.in.DataFiles[file].(map[string]any)
		for _, root := range util.KeysSorted(content) {
			if reserved(root) {
				row, column := member(p.in.Sources[file], root)
				refuse(root, row, column)
			}
		}
	}
	return problems
}

func reserved(root string) bool { return root == feature.Root || root == library }

// member finds where a data file has a member at its top level; the first row where it cannot tell.
func member(text, name string) (row, column int) {
	if at, ok := jsonMember(text, name); ok {
		return problem.Position(text, at)
	}
	line := regexp.MustCompile(`(?m)^["']?` + regexp.QuoteMeta(name) + `["']?[ \t]*:`)
	if at := line.FindStringIndex(text); at != nil {
		return problem.Position(text, at[0])
	}
	return 1, 1
}

func jsonMember(text, name string) (int, bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return 0, false
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return 0, false
		}
		end := int(decoder.InputOffset())
		if key == name {
			return end - len(name) - 2, true // the quotes
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return 0, false
		}
	}
	return 0, false
}
