package suite

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"

	"scopeward.dev/compiler/reactor/sources"
)

// Coverage tells which rows of the policies under test were reached.
type Coverage struct {
	Percent float64                 `json:"percent"`
	Files   map[string]FileCoverage `json:"files"`
}

// FileCoverage holds ranges of rows, both ends included.
type FileCoverage struct {
	Percent    float64  `json:"percent"`
	Covered    [][2]int `json:"covered"`
	NotCovered [][2]int `json:"notCovered"`
}

func report(coverage *cover.Cover, modules map[string]*ast.Module) *Coverage {
	all := coverage.Report(asked(modules))
	result := &Coverage{Percent: 100, Files: map[string]FileCoverage{}}
	reached, rows := 0, 0
	for file := range modules {
		f := all.Files[file]
		percent := 100.0
		if f.CoveredLines+f.NotCoveredLines > 0 {
			percent = f.Coverage
		}
		result.Files[file] = FileCoverage{Percent: percent, Covered: spans(f.Covered), NotCovered: spans(f.NotCovered)}
		reached, rows = reached+f.CoveredLines, rows+f.CoveredLines+f.NotCoveredLines
	}
	if rows > 0 {
		result.Percent = 100 * float64(reached) / float64(rows)
	}
	return result
}

// asked leaves out the scopes of features: the catalogue holds them, and no decision evaluates them.
func asked(modules map[string]*ast.Module) map[string]*ast.Module {
	result := make(map[string]*ast.Module, len(modules))
	for file, m := range modules {
		result[file] = m
		if _, ok := sources.Feature(m.Package); !ok {
			continue
		}
		copied := *m
		copied.Rules = slices.DeleteFunc(slices.Clone(m.Rules), func(r *ast.Rule) bool {
			return r.Head.Ref()[0].Equal(ast.VarTerm("scopes"))
		})
		result[file] = &copied
	}
	return result
}

// spans gives the rows of ranges that may overlap as ranges that do not.
func spans(ranges []cover.Range) [][2]int {
	result := [][2]int{}
	sorted := slices.SortedFunc(slices.Values(ranges), cover.Range.Compare)
	for _, r := range sorted {
		if last := len(result) - 1; last >= 0 && r.Start.Row <= result[last][1]+1 {
			result[last][1] = max(result[last][1], r.End.Row)
			continue
		}
		result = append(result, [2]int{r.Start.Row, r.End.Row})
	}
	return result
}
