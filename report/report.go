package report

// Report is a result that can be shown in every format.
type Report interface {
	Document() *Document
}

// Document is a result as data: tables of typed cells with their notes, and the same cells as an [Object] of JSON.
type Document struct {
	Tables []Table
	Notes  []string // remarks on all of it
	Data   Object   // for JSON, without the notes, which are added there
}

// Table is rows of typed cells under columns.
type Table struct {
	Title   []Cell // read as one line
	Columns []Column
	Rows    []Row
	Lazy    *LazyRows // further rows, which are many; nil for none
	Notes   []Note
	Fold    bool // people see equal rows of a repeat as one
}

// Row is the cells of a row, one for each column; missing ones at the end are empty.
type Row []Cell

// Note is a remark on a table. A note for people only has its content in columns or keys of machine formats.
type Note struct {
	Text   string
	People bool
}

// Style says for whom values are written.
type Style int

// The styles: people get separators, units and factored Unicode formulas; machines exact integers and formulas that parse
// back; TeX gets formulas in its own notation, and the web cells as HTML, formulas in MathML and everything else escaped.
const (
	Human Style = iota
	Machine
	TeX
	Web
)

// AllNotes lists the notes of the cells, the tables and the document, without repetitions.
func (d *Document) AllNotes() []string {
	out := []string{}
	seen := map[string]bool{"": true}
	add := func(text string) {
		if !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	for _, t := range d.Tables {
		for _, row := range t.Rows {
			for _, c := range row {
				add(c.note)
			}
		}
		for _, text := range t.Lazy.cellNotes() {
			add(text)
		}
		for _, n := range t.Notes {
			if !n.People {
				add(n.Text)
			}
		}
	}
	for _, n := range d.Notes {
		add(n)
	}
	return out
}

// Remarks makes notes of texts.
func Remarks(texts ...string) []Note {
	var out []Note
	for _, text := range texts {
		out = append(out, Note{Text: text})
	}
	return out
}

// Legend makes notes for people that explain heads.
func Legend(texts ...string) []Note {
	var out []Note
	for _, text := range texts {
		out = append(out, Note{Text: text, People: true})
	}
	return out
}
