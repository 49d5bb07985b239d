package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch/zoo"
)

// Zoo lists the networks that are shipped.
type Zoo struct{ Entries []zoo.Entry }

// Document is one row per network or preset.
func (z *Zoo) Document() *Document {
	t := Table{Columns: []Column{
		{Head: "network", Path: "name"}, {Head: "file", Once: true}, {Head: "symbols", Path: "set", Show: Wide},
		{Head: "source", Show: Wide, Once: true, Fit: Prose},
	}}
	for _, e := range z.Entries {
		t.Rows = append(t.Rows, Row{Text(e.Name), Text(e.Family + ".yaml"), Text(settings(e)), Text(e.Source)})
	}
	t.Notes = Legend("--wide shows symbols and sources too; skipcost zoo NETWORK prints the file of one")
	return &Document{Tables: []Table{t}, Data: Object{{"rows", t.Objects()}}}
}

func settings(e zoo.Entry) string {
	var parts []string
	for _, s := range e.Set {
		parts = append(parts, s.Name+"="+s.Value.ASCII())
	}
	return strings.Join(parts, ", ")
}
