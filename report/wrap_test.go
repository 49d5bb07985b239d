package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWrapFormula(t *testing.T) {
	const formula = "N·(2^(L−1) − 1 + N·(4^(L−1) − 1)/3) + k·n·(5·k + 2) − 7"
	for width, want := range map[int][]string{
		100: {formula},
		40:  {"N·(2^(L−1) − 1 + N·(4^(L−1) − 1)/3)", "   + k·n·(5·k + 2) − 7"},
		20:  {"N·(2^(L−1) − 1", "   + N·(4^(L−1)", "   − 1)/3)", "   + k·n·(5·k + 2)", "   − 7"},
	} {
		lines := wrapFormula(formula, width)
		assert.Equal(t, strings.ReplaceAll(formula, " ", ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
		for k := range want {
			want[k] = strings.Replace(want[k], "   ", "  ", 1)
		}
		assert.Equal(t, want, lines, width)
	}
}

func TestWrapProse(t *testing.T) {
	assert.Equal(t, []string{"one two", "  three", "  fourfi", "  vesix"}, wrapProse("one two three fourfivesix", 8, "  "))
	assert.Equal(t, []string{""}, wrapProse("", 8, "  "))
	assert.Equal(t, []string{"−training_", "saved_", "bytes"}, wrapHead("−training_saved_bytes", 10))
}

func TestShortened(t *testing.T) {
	for width, want := range map[int]string{20: "layer1.block.conv", 17: "layer1.block.conv", 9: "laye….conv"[0:4] + "…conv", 2: "…v", 1: "…"} {
		assert.Equal(t, want, shortened("layer1.block.conv", width))
	}
	assert.Equal(t, 7, columns(shortened("層層層層層層層層", 8)), "wide characters")
}

func TestFoldedRows(t *testing.T) {
	table := Table{Fold: true, Columns: []Column{{Head: "layer"}, {Head: "n"}}}
	for _, r := range []struct {
		name string
		n    int
	}{
		{"stem", 1}, {"a[0].b[0].conv", 2}, {"a[0].b[1].conv", 2}, {"a[1].b[0].conv", 2}, {"a[1].b[1].conv", 2}, {"c[0]", 3}, {"c[1]", 4}, {"c[2]", 4}, {"d[0]", 5}, {"d[2]", 5},
	} {
		table.Rows = append(table.Rows, Row{Text(r.name), Size(r.n)})
	}
	var got []string
	folded := table.foldedRows()
	for row := range folded.all {
		got = append(got, row[0].text(Human)+" "+row[1].text(Human))
	}
	assert.Equal(t, []string{"stem 1", "a[0…1].b[0…1].conv ×4 2", "c[0] 3", "c[1…2] ×2 4", "d[0] 5", "d[2] 5"}, got)
}
