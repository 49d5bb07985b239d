package symbolic

import (
	"strings"
	"unicode"
)

// mathElement puts a formula into its element. Fractions are as large as in a formula that stands alone.
func mathElement(inside string) string {
	return `<math displaystyle="true"><mrow>` + inside + `</mrow></math>`
}

// mathMLStyle writes presentation MathML: https://www.w3.org/TR/mathml-core. What is raised, divided or in brackets is one element.
func mathMLStyle() *style {
	const open, end = "<mrow><mo>(</mo>", "<mo>)</mo></mrow>"
	over := func(sign string) func(from, to, term string) string {
		return func(from, to, term string) string {
			return "<mrow><munderover><mo>" + sign + "</mo><mrow><mi>j</mi><mo>=</mo>" + from + "</mrow><mrow>" + to + "</mrow></munderover>" + open + term + end + "</mrow>"
		}
	}
	return &style{
		minus: "<mo>−</mo>", times: "<mo>·</mo>", plus: "<mo>+</mo>", less: "<mo>−</mo>",
		floor:  [2]string{"<mrow><mo>⌊</mo>", "<mo>⌋</mo></mrow>"},
		digits: func(text string) string { return "<mn>" + text + "</mn>" },
		name:   mathMLName,
		raise: func(base, exponent string, _ bool) string {
			return "<msup>" + base + "<mrow>" + exponent + "</mrow></msup>"
		},
		over: func(above, below string) string {
			return "<mfrac><mrow>" + above + "</mrow><mrow>" + below + "</mrow></mfrac>"
		},
		open: open, close: end,
		function: func(name string, args ...string) string {
			return "<mrow><mi>" + name + "</mi>" + open + strings.Join(args, "<mo>,</mo>") + end + "</mrow>"
		},
		running: over("∏"), total: over("∑"),
		failed: func(err error) string { return "<mtext>" + mathMLText(err.Error()) + "</mtext>" },
		seen:   withoutTags,
	}
}

// mathMLName writes the name of a symbol, n1 as n with an index.
func mathMLName(name string) string {
	if head, digits, is := indexed(greek(name)); is {
		return "<msub><mi>" + mathMLText(head) + "</mi><mn>" + mathMLText(digits) + "</mn></msub>"
	}
	return "<mi>" + mathMLText(greek(name)) + "</mi>"
}

// mathMLText is a text in which nothing is markup, and without characters that XML lacks or that turn the direction of others: names
// come from files.
func mathMLText(text string) string {
	return mathMLEscapes.Replace(strings.Map(func(r rune) rune {
		if r != ' ' && (!unicode.IsGraphic(r) || r == unicode.ReplacementChar) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
}

var mathMLEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

// withoutTags is what a reader sees of MathML.
func withoutTags(text string) string {
	var b strings.Builder
	for text != "" {
		before, rest, _ := strings.Cut(text, "<")
		b.WriteString(before)
		_, text, _ = strings.Cut(rest, ">")
	}
	return b.String()
}
