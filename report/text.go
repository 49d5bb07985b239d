package report

import (
	"html"
	"strings"
	"unicode"
)

// OneLine replaces line ends and tabs by spaces as well as what [Printable] does.
func OneLine(text string) string {
	return Printable(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, text))
}

// Printable replaces the control characters of a text, but line feeds and tabs, by spaces, drops characters that reorder text,
// and repairs broken UTF-8: names come from files, and a terminal would obey control characters in them.
func Printable(text string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text), "\uFFFD")
}

// HTMLText is a text of one line in which nothing is markup.
func HTMLText(s string) string { return html.EscapeString(OneLine(s)) }
