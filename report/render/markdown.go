package render

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/skipcost/skipcost/report"
)

// Markdown writes sheets as GitHub-flavoured tables, with the title in bold above and the notes as paragraphs below.
func Markdown(w io.Writer, sheets []report.Sheet) error {
	sheets, err := report.Prepared(sheets)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	paragraph := func(text string) {
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(text + "\n")
	}
	for _, s := range sheets {
		if s.Title != "" {
			paragraph("**" + markdownText(s.Title) + "**")
		}
		if len(s.Columns) > 0 {
			paragraph(markdownTable(s))
		}
		for _, n := range s.Notes {
			paragraph(markdownText(n.Line()))
		}
	}
	_, err = out.WriteTo(w)
	return err
}

func markdownTable(s report.Sheet) string {
	lines := []string{markdownRow(s.Heads())}
	rule := make([]string, len(s.Columns))
	for k, c := range s.Columns {
		rule[k] = "---"
		if c.Right {
			rule[k] = "---:"
		}
	}
	lines = append(lines, "| "+strings.Join(rule, " | ")+" |")
	for _, row := range s.Rows {
		lines = append(lines, markdownRow(row))
	}
	return strings.Join(lines, "\n")
}

func markdownRow(cells []string) string {
	out := make([]string, len(cells))
	for k, cell := range cells {
		text := strings.TrimLeft(cell, " ")
		out[k] = strings.Repeat("&nbsp;", len(cell)-len(text)) + markdownText(text)
	}
	return "| " + strings.Join(out, " | ") + " |"
}

// markdownText escapes what Markdown would take for markup: a lone ~ is enough for GitHub to strike text through, and $
// starts a formula. An underscore inside a word is left alone there.
func markdownText(text string) string {
	var b strings.Builder
	before := ' '
	for k, r := range text {
		after, _ := utf8.DecodeRuneInString(text[k+utf8.RuneLen(r):])
		switch {
		case r == '_' && isWord(before) && isWord(after):
		case strings.ContainsRune("\\`*_[]<|~$", r):
			b.WriteByte('\\')
		case r == '&':
			b.WriteString("&amp;")
			before = r
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
