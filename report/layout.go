package report

// Layout says how much room a table for a terminal has.
type Layout struct {
	Width int  // columns of the terminal, at least [MinWidth]; 0 for no limit
	Wide  bool // all columns, formulas and rows as they are
}

// MinWidth is the least width that tables are fitted to.
const MinWidth = 20
