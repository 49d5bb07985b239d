package report

import (
	"github.com/skipcost/skipcost/internal/choose"
)

// Format is the name of an output format, as the user writes it.
type Format string

// The formats of this package. Pictures are drawn by a [Grapher], the others are written from a [Document].
const (
	FormatTable    Format = "table"
	FormatMarkdown Format = "markdown"
	FormatCSV      Format = "csv"
	FormatLaTeX    Format = "latex"
	FormatJSON     Format = "json"
	FormatDot      Format = "dot"     // Graphviz, of reports that can be drawn
	FormatMermaid  Format = "mermaid" // the same for Mermaid
	FormatSVG      Format = "svg"     // of pictures
	FormatPNG      Format = "png"
	FormatTerm     Format = "term"   // dots for a terminal
	FormatMathML   Format = "mathml" // tables for a web page, with formulas in MathML
	FormatHTML     Format = "html"   // a page of one file
	FormatLines    Format = "jsonl"  // an object of JSON a line, of sweeps
)

// ParseFormat finds a format among the allowed ones.
func ParseFormat(name string, allowed ...Format) (Format, error) {
	return choose.Word("format", name, allowed)
}
