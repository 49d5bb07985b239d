package report

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
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
)

// ParseFormat finds a format among the allowed ones.
func ParseFormat(name string, allowed ...Format) (Format, error) {
	names := make([]string, len(allowed))
	for k, f := range allowed {
		if string(f) == name {
			return f, nil
		}
		names[k] = string(f)
	}
	list := strings.Join(names, ", ")
	if near := arch.Nearest(name, names); near != "" {
		return "", fmt.Errorf("unknown format %q; did you mean %s? (formats: %s)", name, near, list)
	}
	return "", fmt.Errorf("unknown format %q (formats: %s)", name, list)
}
