package problem

import (
	"strings"
	"unicode/utf8"
)

// Position is the row and column of a byte of a text, both from 1. Columns count code points, as OPA's do.
func Position(text string, offset int) (row, column int) {
	before := text[:min(max(offset, 0), len(text))]
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}
