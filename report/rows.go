package report

import "iter"

// LazyRows are rows of a table that are made one by one whenever they are iterated over, so that many of them need not be in
// memory at once. They remember the notes of their cells.
type LazyRows struct {
	rows   iter.Seq[Row]
	notes  []string // of the cells, each once
	walked bool     // to the end, so that notes has all of them
}

// NewLazyRows are rows that a function makes, the same ones each time.
func NewLazyRows(rows iter.Seq[Row]) *LazyRows { return &LazyRows{rows: rows} }

// each goes through the rows; nil has none.
func (m *LazyRows) each(yield func(Row) bool) {
	if m == nil {
		return
	}
	seen := map[string]bool{"": true}
	notes := []string{}
	for row := range m.rows {
		for _, c := range row {
			if !m.walked && !seen[c.note] {
				seen[c.note] = true
				notes = append(notes, c.note)
			}
		}
		if !yield(row) {
			return
		}
	}
	if !m.walked {
		m.notes, m.walked = notes, true
	}
}

// cellNotes are the notes of the cells, each once; if the rows have not been iterated over yet, they are made for this.
func (m *LazyRows) cellNotes() []string {
	if m == nil {
		return nil
	}
	if !m.walked {
		for range m.each {
		}
	}
	return m.notes
}

// All goes through the rows of a table, those that are made after the others.
func (t *Table) All(yield func(Row) bool) {
	for _, row := range t.Rows {
		if !yield(row) {
			return
		}
	}
	t.Lazy.each(yield)
}

// Objects lays out all rows of a table as JSON, one by one.
func (t *Table) Objects() iter.Seq[Object] {
	return func(yield func(Object) bool) {
		for row := range t.All {
			if !yield(t.Object(row)) {
				return
			}
		}
	}
}
