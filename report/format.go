package report

import (
	"github.com/skipcost/skipcost/internal/choose"
)

// Format is the name of an output format, as the user writes it.
type Format string

// The formats. Tables are written from a [Document]; dot, mermaid, svg, png and term are pictures.
const (
	FormatTable    Format = "table"
	FormatMarkdown Format = "markdown"
	FormatCSV      Format = "csv"
	FormatLaTeX    Format = "latex"
	FormatJSON     Format = "json"
	FormatDot      Format = "dot"
	FormatMermaid  Format = "mermaid"
	FormatSVG      Format = "svg"
	FormatPNG      Format = "png"
	FormatTerm     Format = "term"
	FormatMathML   Format = "mathml"
	FormatHTML     Format = "html"
	FormatLines    Format = "jsonl"
)

// Doc says what a format is, for documentation.
func (f Format) Doc() string {
	switch f {
	case FormatTable:
		return "tables that fit the terminal, with notes below"
	case FormatMarkdown:
		return "tables of Markdown"
	case FormatCSV:
		return "rows for a spreadsheet, with every digit"
	case FormatLaTeX:
		return "tables of LaTeX, with formulas"
	case FormatJSON:
		return "one object with every digit, row and note"
	case FormatDot:
		return "a graph for Graphviz"
	case FormatMermaid:
		return "a graph for Mermaid"
	case FormatSVG:
		return "a picture of lines"
	case FormatPNG:
		return "a picture of dots"
	case FormatTerm:
		return "a picture of dots of a terminal"
	case FormatMathML:
		return "tables for a web page, with formulas in MathML"
	case FormatHTML:
		return "a page of one file"
	case FormatLines:
		return "one object of JSON a line"
	}
	return ""
}

// ParseFormat finds a format among the allowed ones.
func ParseFormat(name string, allowed ...Format) (Format, error) {
	return choose.Word("format", name, allowed)
}

// MaxOutput is the most bytes that one result may have, in any format.
const MaxOutput = 1 << 30
