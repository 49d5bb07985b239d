package report

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

// Name is the head of a column for people, and its key for machines.
func (c Column) Name(s Style) string {
	if s == Machine {
		return c.key()
	}
	return c.Head
}
