package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

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
	for row := range folded.All {
		got = append(got, row[0].Text(Human)+" "+row[1].Text(Human))
	}
	assert.Equal(t, []string{"stem 1", "a[0…1].b[0…1].conv ×4 2", "c[0] 3", "c[1…2] ×2 4", "d[0] 5", "d[2] 5"}, got)
}
