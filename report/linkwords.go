package report

import "github.com/skipcost/skipcost/arch/rewrite"

// LinkWords shows the definitions of the words for links.
type LinkWords struct{ Words []rewrite.Word }

// Document is one row for each word.
func (l *LinkWords) Document() *Document {
	t := Table{Columns: []Column{{Head: "word"}, {Head: "meaning", Fit: Prose}}}
	for _, w := range l.Words {
		t.Rows = append(t.Rows, Row{Text(w.Name), Text(w.Meaning)})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"words", t.objects()}}}
}
