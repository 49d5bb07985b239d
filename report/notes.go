package report

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
)

// readingNotes say which parts of a file were not understood, and which values its open dimensions have.
func readingNotes(name string, t *trace.Trace) []string {
	var out []string
	for _, text := range t.Network.Notes {
		out = append(out, name+": "+text)
	}
	var open []string
	for _, b := range t.Bound {
		if s, ok := t.Network.Symbol(b.Name); ok && s.Dynamic {
			open = append(open, b.Name+" = "+b.Value.Text())
		}
	}
	if len(open) > 0 {
		out = append(out, fmt.Sprintf("%s: dimensions that the file leaves open: %s; --set binds them", name, strings.Join(open, ", ")))
	}
	return out
}
