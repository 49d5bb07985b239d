package report

import (
	"io"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Report is a result that can be shown in every format: as sheets of text, or as a value for JSON.
type Report interface {
	Sheets(Style) []Sheet
	Value() any
}

// Style says for whom numbers and formulas are written.
type Style int

// The styles: people get separators, units and factored Unicode formulas; machines exact integers and formulas that parse
// back; TeX gets formulas in its own notation.
const (
	Human Style = iota
	Machine
	TeX
)

// Grapher is a report that can be drawn.
type Grapher interface {
	Graph(w io.Writer, f Format) error
}

// Write shows a report.
func Write(w io.Writer, f Format, r Report) error {
	if g, ok := r.(Grapher); ok && (f == FormatDot || f == FormatMermaid) {
		return g.Graph(w, f)
	}
	switch f {
	case FormatJSON:
		return JSON(w, r.Value())
	case FormatCSV:
		return Render(w, f, r.Sheets(Machine))
	case FormatLaTeX:
		return Render(w, f, r.Sheets(TeX))
	default:
		return Render(w, f, r.Sheets(Human))
	}
}

// formula prints an expression in a style.
func formula(e symbolic.Expr, s Style) string {
	switch s {
	case Machine:
		return e.ASCII()
	case TeX:
		return e.LaTeX()
	default:
		return e.Text()
	}
}

// order prints a leading order in a style.
func order(o symbolic.Order, s Style) string {
	switch s {
	case Machine:
		return o.ASCII()
	case TeX:
		return o.LaTeX()
	default:
		return o.Text()
	}
}
