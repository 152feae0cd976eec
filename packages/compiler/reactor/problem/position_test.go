package problem

import "testing"

func TestColumnsCountCodePoints(t *testing.T) {
	for _, c := range []struct {
		text                string
		offset, row, column int
	}{
		{"", 0, 1, 1},
		{"abc", 2, 1, 3},
		{"a\nbc", 3, 2, 2},
		{"\"é漢🎉\" x", 12, 1, 7},
		{"漢\n漢x", 7, 2, 2},
		{"ab", 9, 1, 3},
		{"ab", -1, 1, 1},
	} {
		if row, column := Position(c.text, c.offset); row != c.row || column != c.column {
			t.Errorf("%q at %d: got %d:%d", c.text, c.offset, row, column)
		}
	}
}
