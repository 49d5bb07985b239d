package report

// footnotes numbers the notes of a sheet; the same text gets the same number.
type footnotes struct{ list []Footnote }

// mark returns the superscript number of a note, to stand behind a cell's text.
func (f *footnotes) mark(text string) string {
	for _, n := range f.list {
		if n.Text == text {
			return n.Mark
		}
	}
	mark := superscript(len(f.list) + 1)
	f.list = append(f.list, Footnote{Mark: mark, Text: text})
	return mark
}

func superscript(n int) string {
	digits := []rune(superscriptDigits)
	if n < 10 {
		return string(digits[n])
	}
	return superscript(n/10) + string(digits[n%10])
}
