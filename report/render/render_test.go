package render_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
	"github.com/skipcost/skipcost/report/terminal"
)

// sample has what is hard for one format or another: a remark and a footnote, an indent, an unknown cell, wide numbers,
// special characters, a short row, and a second sheet without heads.
func sample() []report.Sheet {
	return []report.Sheet{
		{
			Title:   "schemes",
			Columns: []report.Column{{Head: "network"}, {Head: "params", Right: true}, {Head: "vs add", Right: true}, {Head: "closed form", Math: true}},
			Rows: [][]string{
				{"add", "90,000", "1", "N^{2}"},
				{"  a_b|c & 50%", "123,456,789,012,345,678,901,234", "~1.07e+65", "…²"},
				{"doubling", "—¹", "—"},
				{"[64] \"x\"", "7"},
			},
			Notes: []report.Footnote{{Mark: "¹", Text: "not known"}, {Mark: "²", Text: "too long"}, {Text: "with L = 10"}},
		},
		{Columns: make([]report.Column, 2), Rows: [][]string{{"a", "1"}, {"bb", "22"}}},
	}
}

const sampleTable = `schemes
network                                 params     vs add  closed form
──────────────────────────────────────────────────────────────────────
add                                     90,000          1  N^{2}
  a_b|c & 50%  123,456,789,012,345,678,901,234  ~1.07e+65  …²
doubling                                    —¹          —
[64] "x"                                     7

¹  not known
²  too long
with L = 10

a   1
bb  22
`

const sampleMarkdown = `**schemes**

| network | params | vs add | closed form |
| --- | ---: | ---: | --- |
| add | 90,000 | 1 | N^{2} |
| &nbsp;&nbsp;a_b\|c &amp; 50% | 123,456,789,012,345,678,901,234 | \~1.07e+65 | …² |
| doubling | —¹ | — |  |
| \[64\] "x" | 7 |  |  |

¹  not known

²  too long

with L = 10

|  |  |
| --- | --- |
| a | 1 |
| bb | 22 |
`

const sampleLaTeX = `% schemes
\begin{tabular}{lrrl}
\hline
network & params & vs add & closed form \\
\hline
add & 90,000 & 1 & $N^{2}$ \\
~~a\_b$|$c \& 50\% & 123,456,789,012,345,678,901,234 & \textasciitilde{}1.07e+65 & \ldots{}\textsuperscript{2} \\
doubling & ---\textsuperscript{1} & --- &  \\
{[}64] "x" & 7 &  &  \\
\hline
\end{tabular}
\par\noindent \textsuperscript{1}~not known
\par\noindent \textsuperscript{2}~too long
\par\noindent with L = 10

\begin{tabular}{ll}
\hline
a & 1 \\
bb & 22 \\
\hline
\end{tabular}
`

func formats() map[report.Format]string {
	return map[report.Format]string{
		report.FormatTable: sampleTable, report.FormatMarkdown: sampleMarkdown, report.FormatLaTeX: sampleLaTeX,
	}
}

func rendered(t *testing.T, f report.Format, sheets ...report.Sheet) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, renderers()[f](&out, sheets))
	return out.String()
}

func renderers() map[report.Format]func(io.Writer, []report.Sheet) error {
	return map[report.Format]func(io.Writer, []report.Sheet) error{
		report.FormatTable:    func(w io.Writer, sheets []report.Sheet) error { return terminal.Sheets(w, sheets, report.Layout{}) },
		report.FormatMarkdown: render.Markdown, report.FormatLaTeX: render.LaTeX,
	}
}

func TestFormats(t *testing.T) {
	for f, want := range formats() {
		t.Run(string(f), func(t *testing.T) {
			sheets := sample()
			assert.Equal(t, want, rendered(t, f, sheets...))
			assert.Equal(t, sample(), sheets, "the sheets stay as they were")
		})
	}
}

func TestSmallSheets(t *testing.T) {
	heads := []report.Column{{Head: "a"}, {Head: "b", Right: true}}
	for name, tt := range map[string]struct {
		sheet report.Sheet
		want  [3]string // table, markdown, latex
	}{
		"nothing":  {report.Sheet{}, [3]string{}},
		"a remark": {report.Sheet{Notes: []report.Footnote{{Text: "none"}}}, [3]string{"none\n", "none\n", "\\par\\noindent none\n"}},
		"no rows": {report.Sheet{Columns: heads}, [3]string{
			"a  b\n────\n", "| a | b |\n| --- | ---: |\n", "\\begin{tabular}{lr}\n\\hline\na & b \\\\\n\\hline\n\\hline\n\\end{tabular}\n",
		}},
		"no heads and no rows": {report.Sheet{Columns: make([]report.Column, 1)}, [3]string{
			"", "|  |\n| --- |\n", "\\begin{tabular}{l}\n\\hline\n\\hline\n\\end{tabular}\n",
		}},
		"only a title": {report.Sheet{Title: "t"}, [3]string{"t\n", "**t**\n", "% t\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			for k, f := range []report.Format{report.FormatTable, report.FormatMarkdown, report.FormatLaTeX} {
				assert.Equal(t, tt.want[k], rendered(t, f, tt.sheet), f)
			}
		})
	}
}

func TestNoSheetsRenderNothing(t *testing.T) {
	for f := range formats() {
		assert.Empty(t, rendered(t, f), f)
	}
}

func TestRowsTooLongAreRefused(t *testing.T) {
	for f := range formats() {
		err := renderers()[f](io.Discard, []report.Sheet{{Title: "t", Columns: make([]report.Column, 1), Rows: [][]string{{"a"}, {"a", "b"}}}})
		assert.EqualError(t, err, `report: row 2 of sheet "t" has 2 cells for 1 columns`, f)
	}
}

// Names come from users: line ends, tabs, terminal escapes, reordered text and broken UTF-8 must not get through.
func TestHostileTexts(t *testing.T) {
	hostile := "a\nb\tc\x1b[31md\u202ee\xfff\u2028g\u0085h\r"
	want := "a b c [31mde\uFFFDf g h"
	s := report.Sheet{
		Title:   hostile,
		Columns: []report.Column{{Head: hostile}, {Head: "x", Math: true}},
		Rows:    [][]string{{hostile, "1"}},
		Notes:   []report.Footnote{{Mark: "¹", Text: hostile}},
	}
	text := rendered(t, report.FormatTable, s)
	assert.Equal(t, 4, strings.Count(text, want), text)
	for f := range formats() {
		text := rendered(t, f, s)
		assert.True(t, utf8.ValidString(text))
		assert.False(t, strings.ContainsAny(text, "\t\r\x1b\u202e\u2028\u0085"), "%s: %q", f, text)
		assert.Equal(t, strings.Count(rendered(t, f, report.Sheet{
			Title: "t", Columns: []report.Column{{Head: "h"}, {Head: "x"}}, Rows: [][]string{{"c", "1"}}, Notes: []report.Footnote{{Mark: "¹", Text: "n"}},
		}), "\n"), strings.Count(text, "\n"), f)
	}
}

func TestTableLayout(t *testing.T) {
	s := report.Sheet{Columns: []report.Column{{Head: "n", Right: true}, {Head: "text"}, {Head: "d", Right: true}}}
	for _, digits := range []int{1, 9, 80, 500} {
		s.Rows = append(s.Rows, []string{strings.Repeat("9", digits), strings.Repeat("word ", digits), "θ·×" + strings.Repeat("7", digits)})
	}
	text := rendered(t, report.FormatTable, s)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	require.Len(t, lines, 2+len(s.Rows), "nothing is wrapped")
	widest := 0
	for k, line := range lines {
		assert.Equal(t, strings.TrimRight(line, " "), line)
		widest = max(widest, utf8.RuneCountInString(line))
		if k >= 2 {
			for _, cell := range s.Rows[k-2] {
				assert.Contains(t, line, strings.TrimRight(cell, " "), "nothing is cut")
			}
		}
	}
	assert.Equal(t, strings.Repeat("─", widest), lines[1])
	for _, line := range append(lines[:1], lines[2:]...) {
		assert.Equal(t, widest, utf8.RuneCountInString(line), "the last column is aligned right")
	}
}

// Column widths come from a library that asks the environment when it starts, so other processes must render the same.
func TestTableIgnoresTheEnvironment(t *testing.T) {
	const target = "SKIPCOST_TEST_TABLE"
	if path := os.Getenv(target); path != "" {
		require.NoError(t, os.WriteFile(path, []byte(rendered(t, report.FormatTable, sample()...)), 0o600))
		return
	}
	for k, env := range [][]string{
		{"RUNEWIDTH_EASTASIAN=1"},
		{"RUNEWIDTH_EASTASIAN=0", "LANG=C"},
		{"LC_ALL=ja_JP.UTF-8", "LANG=ja_JP.UTF-8", "TERM=xterm"},
		{"LC_CTYPE=zh_CN.UTF-8", "TERM=dumb", "TERM_PROGRAM=Apple_Terminal", "COLUMNS=20", "TABWIDTH=3"},
		{"RUNEWIDTH_EASTASIAN=1", "LANG=ko_KR.UTF-8", "TERM_PROGRAM=vscode", "WT_SESSION=1", "NO_COLOR=1"},
	} {
		path := filepath.Join(t.TempDir(), "table")
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(append(os.Environ(), env...), target+"="+path)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, sampleTable, string(text), "environment %d: %s", k, env)
	}
}

func TestMarkdownEscapes(t *testing.T) {
	for in, want := range map[string]string{
		`a|b`: `a\|b`, `a\|b`: `a\\\|b`, "`x`": "\\`x\\`", `*x*`: `\*x\*`, `param_bytes`: `param_bytes`, `_x_`: `\_x\_`, `<b>`: `\<b>`,
		`~1 ~2`: `\~1 \~2`, `$5`: `\$5`, `a & b`: `a &amp; b`, `2·N²`: `2·N²`,
	} {
		text := rendered(t, report.FormatMarkdown, report.Sheet{Columns: []report.Column{{Head: "h"}}, Rows: [][]string{{in}}})
		assert.Equal(t, "| h |\n| --- |\n| "+want+" |\n", text)
	}
}

func TestLaTeXEscapes(t *testing.T) {
	for in, want := range map[string]string{
		`\&%$#_{}`: `\textbackslash{}\&\%\$\#\_\{\}`, `~^`: `\textasciitilde{}\textasciicircum{}`, `*a`: `{*}a`, `a[1]`: `a{[}1]`,
		`64×56 − 1`: `64$\times$56 $-$ 1`, `⌊θ·c⌋ ≤ 3`: `$\lfloor$$\theta$$\cdot$c$\rfloor$ $\leq$ 3`, `x¹²`: `x\textsuperscript{1}\textsuperscript{2}`,
	} {
		text := rendered(t, report.FormatLaTeX, report.Sheet{Columns: []report.Column{{}}, Rows: [][]string{{in}}})
		assert.Equal(t, "\\begin{tabular}{l}\n\\hline\n"+want+" \\\\\n\\hline\n\\end{tabular}\n", text)
	}
	for in, want := range map[string]string{`N^{2}`: `$N^{2}$`, `N_1¹`: `$N_1$\textsuperscript{1}`, "": "", "—": "---", "—³": `---\textsuperscript{3}`} {
		text := rendered(t, report.FormatLaTeX, report.Sheet{Columns: []report.Column{{Math: true}}, Rows: [][]string{{in}}})
		assert.Equal(t, "\\begin{tabular}{l}\n\\hline\n"+want+" \\\\\n\\hline\n\\end{tabular}\n", text)
	}
}

// failing takes a number of bytes and then no more.
type failing struct{ left int }

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n := f.left
		f.left = 0
		return n, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriteErrorsAreReturned(t *testing.T) {
	for f, want := range formats() {
		for _, room := range []int{0, 1, len(want) / 2, len(want) - 1} {
			assert.ErrorIs(t, renderers()[f](&failing{left: room}, sample()), errFull, "%s with room for %d bytes", f, room)
		}
		assert.NoError(t, renderers()[f](&failing{left: len(want)}, sample()), f)
	}
	assert.ErrorIs(t, render.JSON(&failing{left: 3}, "long enough"), errFull)
}

func TestParseFormat(t *testing.T) {
	allowed := []report.Format{report.FormatTable, report.FormatMarkdown, report.FormatJSON}
	f, err := report.ParseFormat("markdown", allowed...)
	assert.NoError(t, err)
	assert.Equal(t, report.FormatMarkdown, f)
	_, err = report.ParseFormat("tabl", allowed...)
	assert.EqualError(t, err, `unknown format "tabl", did you mean table?`)
	_, err = report.ParseFormat("csv", allowed...)
	assert.EqualError(t, err, `unknown format "csv", known are table, markdown, json`)
	_, err = report.ParseFormat("", allowed...)
	assert.EqualError(t, err, `unknown format "", known are table, markdown, json`)
}
