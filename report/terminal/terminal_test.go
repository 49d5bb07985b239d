package terminal

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

// squares is a document of so many rows.
func squares(rows int) *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "layer", Fit: report.Names}, {Head: "n", Right: true}}}
	for k := range rows {
		t.Rows = append(t.Rows, report.Row{report.Text(fmt.Sprint("layer", k)), report.Size(k * k).Noted("squares")})
	}
	return &report.Document{Tables: []report.Table{t}}
}

// TestLongTables: a table that is drawn in parts has one header, and its columns stand below each other throughout.
func TestLongTables(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Document(&out, squares(2*gridRows+1), report.Layout{Width: 100}))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Len(t, lines, 2+2*gridRows+1+2)
	for _, line := range lines[2 : 2+2*gridRows+1] {
		assert.Equal(t, len("layer2000  4,000,000¹"), len(line))
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestTablesThatCannotBeWritten(t *testing.T) {
	assert.ErrorIs(t, Document(full{}, squares(3), report.Layout{}), io.ErrShortWrite)
}
