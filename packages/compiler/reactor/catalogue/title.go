package catalogue

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
)

// titled adds what the METADATA of a package says; of several files of a feature OPA lets one say it.
func titled(f Feature, m *ast.Module) Feature {
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			f.Title, f.Description = strings.TrimSpace(a.Title), strings.TrimSpace(a.Description)
		}
	}
	return f
}

// words are the title and description of a scope, from the METADATA of its rule or of its document.
func (d declaration) words() (title, description string) {
	for _, a := range d.rule.Annotations {
		if a.Scope == "rule" || title == "" {
			title, description = strings.TrimSpace(a.Title), strings.TrimSpace(a.Description)
		}
	}
	return title, description
}

func (s *survey) warnOfFeatures(packages map[string]*ast.Package) {
	for _, name := range util.KeysSorted(s.features) {
		at := packages[name].Location
		if s.features[name].Title == "" {
			s.warn(titleMissing, fmt.Sprintf("give feature `%s` a title, in a METADATA comment above its package", name), at)
		}
		if !s.tried[name] {
			s.warn(featureWithoutScopes, fmt.Sprintf("feature `%s` declares no scope, so its rules are never asked", name), at)
		}
	}
	for _, d := range s.declarations {
		if title, _ := d.words(); title == "" {
			s.warn(titleMissing, fmt.Sprintf("give scope `%s` a title, in a METADATA comment above its rule", d.scope), d.rule.Location)
		}
	}
}

func (s *survey) warn(code, message string, at *ast.Location) {
	s.problems = append(s.problems, problem.Warning(code, message, at))
}
