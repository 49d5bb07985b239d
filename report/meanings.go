package report

// Meaning is one thing that a word says: where it stands, and what it means there.
type Meaning struct{ Word, Where, Meaning string }

// Meanings says what words mean that are no layers or costs: options and what they take, words of the language, networks.
type Meanings struct {
	All []Meaning
	// Beside is what else there is to say of the same word; nil for nothing.
	Beside Report
}

// Document is one row for each meaning, behind the tables of what stands beside.
func (m *Meanings) Document() *Document {
	t := Table{Columns: []Column{{Head: "word"}, {Head: "where", Fit: Prose}, {Head: "meaning", Fit: Prose}}}
	for _, one := range m.All {
		t.Rows = append(t.Rows, Row{Text(one.Word), Text(one.Where), Text(one.Meaning)})
	}
	field := Field{"meanings", t.objects()}
	if m.Beside == nil {
		return &Document{Tables: []Table{t}, Data: Object{field}}
	}
	d := m.Beside.Document()
	if len(t.Rows) > 0 {
		t.Title = []Cell{Text("elsewhere")}
		d.Tables = append(d.Tables, t)
	}
	d.Data = append(d.Data, field)
	return d
}
