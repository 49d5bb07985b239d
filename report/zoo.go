package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch/zoo"
)

// Zoo lists the networks that are shipped.
type Zoo struct{ Entries []zoo.Entry }

// Sheets is one row per network or preset.
func (z *Zoo) Sheets(style Style) []Sheet {
	s := Sheet{Columns: []Column{{Head: "network"}, {Head: "file"}, {Head: "symbols"}, {Head: "source"}}}
	family := ""
	for _, e := range z.Entries {
		source := e.Source
		if e.Family == family && style == Human {
			source = ""
		}
		family = e.Family
		s.Rows = append(s.Rows, []string{e.Name, e.Family + ".yaml", settings(e), source})
	}
	return []Sheet{s}
}

func settings(e zoo.Entry) string {
	var parts []string
	for _, s := range e.Set {
		parts = append(parts, s.Name+"="+s.Value.ASCII())
	}
	return strings.Join(parts, ", ")
}

// Value is the JSON form of the report.
func (z *Zoo) Value() any {
	rows := make([]Object, 0, len(z.Entries))
	for _, e := range z.Entries {
		rows = append(rows, Object{{"name", e.Name}, {"file", e.Family + ".yaml"}, {"set", settings(e)}, {"source", e.Source}})
	}
	return Object{{"rows", rows}}
}
