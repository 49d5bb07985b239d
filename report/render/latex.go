package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/skipcost/skipcost/report"
)

// LaTeX writes sheets as tabular environments that need no package, with the title as a comment above and the notes as
// paragraphs below.
func LaTeX(w io.Writer, sheets []report.Sheet) error {
	sheets, err := report.Prepared(sheets)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for k, s := range sheets {
		if k > 0 {
			out.WriteByte('\n')
		}
		if s.Title != "" {
			out.WriteString("% " + s.Title + "\n")
		}
		if len(s.Columns) > 0 {
			tabular(&out, s)
		}
		for _, n := range s.Notes {
			line := latexText(n.Text)
			if n.Mark != "" {
				line = latexText(n.Mark) + "~" + line
			}
			out.WriteString("\\par\\noindent " + line + "\n")
		}
	}
	_, err = out.WriteTo(w)
	return err
}

func tabular(out *bytes.Buffer, s report.Sheet) {
	var spec strings.Builder
	for _, c := range s.Columns {
		if c.Right {
			spec.WriteByte('r')
		} else {
			spec.WriteByte('l')
		}
	}
	out.WriteString("\\begin{tabular}{" + spec.String() + "}\n\\hline\n")
	if s.Headed() {
		heads := s.Heads()
		for k := range heads {
			heads[k] = latexText(heads[k])
		}
		out.WriteString(strings.Join(heads, " & ") + " \\\\\n\\hline\n")
	}
	for _, row := range s.Rows {
		cells := make([]string, len(row))
		for k, cell := range row {
			cells[k] = latexCell(cell, s.Columns[k].Math)
		}
		out.WriteString(strings.Join(cells, " & ") + " \\\\\n")
	}
	out.WriteString("\\hline\n\\end{tabular}\n")
}

// latexCell sets formulas in math mode. In a column of formulas, the sign of a missing one is text.
func latexCell(cell string, math bool) string {
	text, mark := report.SplitMark(cell)
	if !math || text == "" || text == report.Unknown || text == "…" {
		indent := len(cell) - len(strings.TrimLeft(cell, " "))
		return strings.Repeat("~", indent) + latexText(cell[indent:])
	}
	return "$" + text + "$" + latexText(mark)
}

func latexText(text string) string { return latexEscapes.Replace(text) }

// latexEscapes escapes the special characters of LaTeX and those that its plain fonts lack. A row that began with a bare [ or *
// would be taken for an argument of the line break before it.
var latexEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, `[`, `{[}`, `*`, `{*}`, `<`, `$<$`, `>`, `$>$`, `|`, `$|$`,
	`—`, `---`, `–`, `--`, `…`, `\ldots{}`, `−`, `$-$`, `×`, `$\times$`, `·`, `$\cdot$`, `÷`, `$\div$`,
	`≤`, `$\leq$`, `≥`, `$\geq$`, `≠`, `$\neq$`, `≈`, `$\approx$`, `∞`, `$\infty$`, `→`, `$\to$`, `←`, `$\gets$`,
	`⌊`, `$\lfloor$`, `⌋`, `$\rfloor$`, `⌈`, `$\lceil$`, `⌉`, `$\rceil$`, `∑`, `$\sum$`, `Σ`, `$\Sigma$`, `Δ`, `$\Delta$`,
	`α`, `$\alpha$`, `β`, `$\beta$`, `γ`, `$\gamma$`, `δ`, `$\delta$`, `ε`, `$\epsilon$`, `η`, `$\eta$`, `θ`, `$\theta$`,
	`κ`, `$\kappa$`, `λ`, `$\lambda$`, `μ`, `$\mu$`, `π`, `$\pi$`, `ρ`, `$\rho$`, `σ`, `$\sigma$`, `τ`, `$\tau$`,
	`φ`, `$\varphi$`, `ω`, `$\omega$`,
	`⁰`, `\textsuperscript{0}`, `¹`, `\textsuperscript{1}`, `²`, `\textsuperscript{2}`, `³`, `\textsuperscript{3}`,
	`⁴`, `\textsuperscript{4}`, `⁵`, `\textsuperscript{5}`, `⁶`, `\textsuperscript{6}`, `⁷`, `\textsuperscript{7}`,
	`⁸`, `\textsuperscript{8}`, `⁹`, `\textsuperscript{9}`,
)
