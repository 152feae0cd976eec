package sources

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
)

const (
	dataInvalid   = "data_invalid"
	dataConflict  = "data_conflict"
	schemaInvalid = "schema_invalid"
)

func (s *Sources) readData(file string) {
	text := []byte(s.Request.Files[file])
	var value any
	var err error
	if strings.HasSuffix(file, ".json") {
		err = util.UnmarshalJSON(text, &value) // keeps numbers exact
	} else {
		err = util.Unmarshal(text, &value)
	}
	if err != nil {
		s.Problems = append(s.Problems, place(dataInvalid, file, text, err))
		return
	}
	if _, ok := value.(map[string]any); !ok && path.Dir(file) == "." {
		s.Problems = append(s.Problems, problem.Problem{Severity: "error", Code: dataInvalid,
			Message: "the data file of the root folder must hold an object", File: file, Row: 1, Column: 1})
		return
	}
	s.DataFiles[file] = value
}

func (s *Sources) readSchema(file string) {
	text := []byte(s.Request.Files[file])
	var value any
	if err := util.UnmarshalJSON(text, &value); err != nil {
		s.Problems = append(s.Problems, place(schemaInvalid, file, text, err))
		return
	}
	s.Schemas[file] = value
}

// mergeData mounts each file at its folder, as OPA does with a bundle.
func (s *Sources) mergeData() {
	for _, file := range util.KeysSorted(s.DataFiles) {
		value := s.DataFiles[file]
		if folder := path.Dir(file); folder != "." {
			parts := strings.Split(folder, "/")
			for i := len(parts) - 1; i >= 0; i-- {
				value = map[string]any{parts[i]: value}
			}
		}
		if at, ok := merge(s.Data, value.(map[string]any)); !ok {
			s.Problems = append(s.Problems, problem.Problem{Severity: "error", Code: dataConflict,
				Message: fmt.Sprintf("`data.%s` is also in another data file", at), File: file, Row: 1, Column: 1})
		}
	}
}

// merge adds the members of b to a, object by object. Where both hold a value that is no object it
// gives the place.
func merge(a, b map[string]any) (string, bool) {
	for _, key := range util.KeysSorted(b) {
		before, there := a[key]
		if !there {
			a[key] = deep(b[key])
			continue
		}
		old, isOld := before.(map[string]any)
		added, isAdded := b[key].(map[string]any)
		if !isOld || !isAdded {
			return key, false
		}
		if at, ok := merge(old, added); !ok {
			return key + "." + at, false
		}
	}
	return "", true
}

// deep copies objects, so that merging never changes the content of a file.
func deep(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	result := make(map[string]any, len(object))
	for key, member := range object {
		result[key] = deep(member)
	}
	return result
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// place finds row and column of a JSON or YAML error.
func place(code, file string, text []byte, err error) problem.Problem {
	p := problem.Problem{Severity: "error", Code: code, Message: message(err), File: file, Row: 1, Column: 1}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		p.Row, p.Column = problem.Position(string(text), int(syntax.Offset)-1)
	} else if line := yamlLine.FindStringSubmatch(err.Error()); line != nil {
		p.Row, _ = strconv.Atoi(line[1])
	} else if strings.HasSuffix(file, ".json") {
		p.Row, p.Column = problem.Position(string(text), len(text))
	}
	return p
}

func message(err error) string {
	text := strings.TrimPrefix(err.Error(), "error: ")
	if text == "EOF" || text == "unexpected EOF" {
		return "unexpected end of file"
	}
	return text
}
