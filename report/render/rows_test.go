package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
)

// counted is a report of so many rows, which counts how often they are made.
func counted(rows int, passes *int) fixed {
	t := report.Table{Columns: []report.Column{{Head: "layer", Fit: report.Names}, {Head: "n", Right: true}}}
	t.Lazy = report.NewLazyRows(func(yield func(report.Row) bool) {
		*passes++
		for k := range rows {
			if !yield(report.Row{report.Text(fmt.Sprint("layer", k)), report.Size(k * k).Noted("squares")}) {
				return
			}
		}
	})
	return fixed{&report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "rows", Value: t.Objects()}}}}
}

// TestRowsAreMadeOnce: machine formats write rows as they come, and know their notes from that.
func TestRowsAreMadeOnce(t *testing.T) {
	for _, f := range []report.Format{report.FormatCSV, report.FormatJSON} {
		passes := 0
		var out bytes.Buffer
		require.NoError(t, Write(&out, f, report.Layout{}, counted(3, &passes)))
		assert.Equal(t, 1, passes, f)
		assert.Equal(t, 1, strings.Count(out.String(), "squares"), f)
		assert.Contains(t, out.String(), "layer2", f)
	}
}

// failingAt fails to take more than so many bytes.
type failingAt struct{ left int }

func (f *failingAt) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// TestLongResultsThatCannotBeWritten: an error of writing in the middle of a long result is told.
func TestLongResultsThatCannotBeWritten(t *testing.T) {
	passes := 0
	for _, f := range []report.Format{report.FormatJSON, report.FormatCSV} {
		r := counted(90_000, &passes)
		err := Buffered(&failingAt{held}, func(w io.Writer) error { return Write(w, f, report.Layout{}, r) })
		assert.ErrorIs(t, err, io.ErrShortWrite, f)
	}
}
