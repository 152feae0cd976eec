// Package spelling finds what an author may have meant.
package spelling

import (
	"slices"
	"strings"
)

// Nearest is the candidate most like the word, or "" when none is like it. Of equals the first in
// order of the alphabet wins, so that a message does not depend on the order of a map.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", 0
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		limit := max(2, (max(len(word), len(candidate))+1)/2)
		d := distance(word, candidate)
		if len(word) > 3 && strings.Contains(candidate, word) {
			d = min(d, 2)
		}
		if d <= limit && d < len(candidate) && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// Slip tells whether a word is so like another that it is surely misspelt: one or two letters in a
// word of at least five.
func Slip(word, meant string) bool {
	return word != meant && len(meant) >= 5 && distance(word, meant) <= 2
}

// Choice lists the allowed words for a message: "`a`, `b` or `c`".
func Choice(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "`" + word + "`"
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// Hint is the nearest candidate as the end of a message, or "".
func Hint(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return ", did you mean `" + near + "`"
	}
	return ""
}

// distance is Levenshtein's: letters inserted, removed or replaced.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			replaced := corner
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, above+1, row[j]+1)
			corner = above
		}
	}
	return row[len(b)]
}
