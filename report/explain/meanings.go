package explain

import "github.com/skipcost/skipcost/report"

// Meaning is one thing that a word says: where it stands, and what it means there.
type Meaning struct{ Word, Where, Meaning string }

// Meanings says what words mean that are no layers or costs: options and what they take, words of the language, networks.
type Meanings struct {
	All []Meaning
	// Beside is what else there is to say of the same word; nil for nothing.
	Beside report.Report
}

// Document is one row for each meaning, behind the tables of what stands beside.
func (m *Meanings) Document() *report.Document {
	t := report.Table{Columns: []report.Column{{Head: "word"}, {Head: "where", Fit: report.Prose}, {Head: "meaning", Fit: report.Prose}}}
	for _, one := range m.All {
		t.Rows = append(t.Rows, report.Row{report.Text(one.Word), report.Text(one.Where), report.Text(one.Meaning)})
	}
	field := report.Field{Key: "meanings", Value: t.Objects()}
	if m.Beside == nil {
		return &report.Document{Tables: []report.Table{t}, Data: report.Object{field}}
	}
	d := m.Beside.Document()
	if len(t.Rows) > 0 {
		t.Title = []report.Cell{report.Text("elsewhere")}
		d.Tables = append(d.Tables, t)
	}
	d.Data = append(d.Data, field)
	return d
}
