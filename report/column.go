package report

import "strings"

// Column says how a column is named and how its cells are shown.
type Column struct {
	Head    string // for people
	Key     string // for machines, the header of a CSV column; Head if empty
	Path    string // where JSON has the cell in the object of its row, a key or two joined by a dot; Key if empty
	Right   bool   // aligned right, as numbers are
	Math    bool   // formulas
	Fit     Fit    // how cells that are too wide are shortened
	Show    Show
	Once    bool // people see the first of equal cells that follow each other
	Derived bool // JSON leaves the cells out, as its keys and lists say the same
	Limit   int  // the length from which people see the note Beyond in place of a formula, in characters; 0 for no limit
	// Beyond says where a formula that exceeds Limit is shown.
	Beyond string
}

// Fit says how cells that are too wide are shortened.
type Fit int

// The ways: as with numbers, only if nothing else helps; names lose their middle where they stay unique; prose is wrapped
// between words; formulas are broken before a sign.
const (
	Fixed Fit = iota
	Names
	Prose
	Formulas
)

// Show says when a table for people has a column. Machine formats have all columns.
type Show int

// When a column is shown: always, or where there is room for it, or with --wide only.
const (
	Always Show = iota
	WithRoom
	Wide
)

func (c Column) key() string {
	if c.Key != "" {
		return c.Key
	}
	return c.Head
}

func (c Column) head(s Style) string {
	if s == Machine {
		return c.key()
	}
	return c.Head
}

// object lays a row out as JSON: each cell where the path of its column leads.
func object(columns []Column, row Row) Object {
	var out Object
	for k, c := range columns {
		path := c.Path
		if path == "" {
			path = c.key()
		}
		var cell Cell
		if k < len(row) {
			cell = row[k]
		}
		out = out.with(strings.SplitN(path, ".", 2), cell)
	}
	return out
}

// with is the object with a value at the end of a path.
func (o Object) with(path []string, v any) Object {
	if len(path) == 1 {
		return append(o, Field{path[0], v})
	}
	for k := range o {
		if inner, ok := o[k].Value.(Object); ok && o[k].Key == path[0] {
			o[k].Value = inner.with(path[1:], v)
			return o
		}
	}
	return append(o, Field{path[0], Object{}.with(path[1:], v)})
}
