package render_test

import (
	"bytes"
	"encoding/csv"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

func power(base, exponent int64) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil)
}

func writeCSV(t *testing.T, d *report.Document) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, render.CSV(&out, d))
	return out.String()
}

func TestCSV(t *testing.T) {
	d := &report.Document{
		Tables: []report.Table{
			{
				Title:   []report.Cell{report.Text("of "), report.ByteSize(big.NewInt(2048))},
				Columns: []report.Column{{Head: "network"}, {Head: "vs add", Key: "ratio"}, {Head: "left to people with --wide", Key: "all", Show: report.Wide}},
				Rows: []report.Row{
					{report.Text("  a, \"b\""), report.Quotient(big.NewRat(1, 306)), report.Int(power(10, 30))},
					{report.Text("short")},
					{report.Missing("why"), report.Missing(""), report.Expression(symbolic.Symbol("N"))},
				},
				Notes: []report.Note{{Text: "a remark"}, {Text: "a legend", People: true}},
			},
			{Columns: []report.Column{{Head: "a"}}, Rows: []report.Row{{report.Size(1)}}},
		},
		Notes: []string{"of all"},
	}
	assert.Equal(t, `of 2048
network,ratio,all
"  a, ""b""",1/306,1000000000000000000000000000000
short,,
,,N

a
1

note
why
a remark
of all
`, writeCSV(t, d))
	assert.Empty(t, writeCSV(t, &report.Document{}))
}

// TestCSVHoldsNoFormulas: names come from files that others wrote, and a spreadsheet runs what looks like a formula.
func TestCSVHoldsNoFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "-1", "-1.5": "-1.5", "-N": "'-N", "@SUM(A1)": "'@SUM(A1)", "\t=1": " =1", "a=1": "a=1", "": "", "−1": "−1",
	} {
		d := &report.Document{Tables: []report.Table{{Columns: []report.Column{{Head: text}}, Rows: []report.Row{{report.Text(text)}}}}}
		records, err := csv.NewReader(strings.NewReader(writeCSV(t, d) + "\n\"\"\n")).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, want, records[0][0])
		d = &report.Document{Notes: []string{"x", text}}
		records, err = csv.NewReader(strings.NewReader(writeCSV(t, d) + "\"\"\n")).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, want, records[2][0])
	}
	d := &report.Document{Tables: []report.Table{{Columns: []report.Column{{Head: "n"}}, Rows: []report.Row{{report.Size(-3)}, {report.Quotient(big.NewRat(-1, 3))}}}}}
	assert.Equal(t, "n\n-3\n-1/3\n", writeCSV(t, d))
}
