package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Terminal writes sheets for a terminal: a header over one rule, columns two spaces apart, notes below. No line ends in
// spaces, and nothing depends on the environment.
func Terminal(w io.Writer, sheets []Sheet) error {
	sheets, err := prepared(sheets)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for k, s := range sheets {
		if k > 0 {
			out.WriteByte('\n')
		}
		if s.Title != "" {
			out.WriteString(s.Title + "\n")
		}
		if len(s.Columns) > 0 {
			if err := grid(&out, s); err != nil {
				return err
			}
		}
		if len(s.Notes) > 0 && (s.Title != "" || len(s.Columns) > 0) {
			out.WriteByte('\n')
		}
		for _, n := range s.Notes {
			out.WriteString(n.line() + "\n")
		}
	}
	_, err = out.WriteTo(w)
	return err
}

// grid writes the header, the rule and the rows. The library does not return write errors, so it writes to memory.
func grid(out *bytes.Buffer, s Sheet) error {
	aligns := make([]tw.Align, len(s.Columns))
	paddings := make([]tw.Padding, len(s.Columns))
	for k, c := range s.Columns {
		aligns[k] = tw.AlignLeft
		if c.Right {
			aligns[k] = tw.AlignRight
		}
		// One space of the two between columns; the other is the column symbol. A wider padding would be repeated to
		// align right, and cut off numbers.
		paddings[k] = tw.Padding{Left: " ", Overwrite: true}
	}
	paddings[0] = tw.Padding{Overwrite: true}
	rule, bottom := tw.Off, tw.Off
	if s.headed() {
		rule = tw.On
		if len(s.Rows) == 0 { // the library draws no line under a header without rows
			bottom = tw.On
		}
	}
	var text bytes.Buffer
	t := tablewriter.NewTable(&text,
		// Ambiguous characters such as × and · are one column wide everywhere. The option is global in the library, whose
		// default comes from the environment; it is the same for every table here.
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: bottom},
			Symbols: tw.NewSymbolCustom("rule").WithRow("─").WithColumn(" ").WithCenter("─"),
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: rule, ShowFooter: tw.Off, BetweenRows: tw.Off, BetweenColumns: tw.On},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: bottom, ShowHeaderLine: rule, ShowFooterLine: tw.Off},
			},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithHeaderPaddingPerColumn(paddings),
		tablewriter.WithRowPaddingPerColumn(paddings),
	)
	if s.headed() {
		t.Header(s.heads())
	}
	if err := t.Bulk(s.Rows); err != nil {
		return err
	}
	if err := t.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return nil
}
