package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/skipcost/skipcost/report/picture"
)

// Page is a document of one file that opens without a network: text, tables and pictures.
type Page struct {
	Title    string
	Lead     []string // sentences below the title
	Sections []Section
}

// Section is a part of a page. What is nil or empty is left out.
type Section struct {
	Heading  string
	Part     bool // it begins a part of the page; the sections behind belong to it
	Text     []string
	Code     string // a command that a reader may type
	Pictures []*picture.Scene
	Table    *Document
	Sorted   bool // the tables sort by a click on a head, and a field filters their rows
	Wide     bool // with all columns
}

// HTML writes a page. Nothing in it is loaded from elsewhere, and its policy forbids that; its one script sorts and filters tables, and
// it reads well without.
func (p *Page) HTML(w io.Writer) error {
	var b bytes.Buffer
	style := pageStyle + picture.Style()
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'\">\n",
		digest(style), digest(pageScript))
	fmt.Fprintf(&b, "<title>%s</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>%[1]s</h1>\n", text(p.Title), style)
	for _, s := range p.Lead {
		fmt.Fprintf(&b, "<p class=\"lead\">%s</p>\n", text(s))
	}
	p.contents(&b)
	for k, s := range p.Sections {
		if err := s.html(&b, k); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "</main>\n<script>%s</script>\n</body>\n</html>\n", pageScript)
	_, err := b.WriteTo(w)
	return err
}

// digest is the name of a style or script in a policy.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// contents lists the sections.
func (p *Page) contents(b *bytes.Buffer) {
	b.WriteString("<nav aria-label=\"sections\"><ul>\n")
	for k, s := range p.Sections {
		class := ""
		if s.Part {
			class = " class=\"part\""
		}
		fmt.Fprintf(b, "<li%s><a href=\"#s%d\">%s</a></li>\n", class, k+1, text(s.Heading))
	}
	b.WriteString("</ul></nav>\n")
}

// text is a text of one line in which nothing is markup.
func text(s string) string { return html.EscapeString(oneLine(s)) }

func (s *Section) html(b *bytes.Buffer, number int) error {
	class := ""
	if s.Part {
		class = " class=\"part\""
	}
	fmt.Fprintf(b, "<section id=\"s%d\"%s>\n<h2>%s</h2>\n", number+1, class, text(s.Heading))
	for _, t := range s.Text {
		fmt.Fprintf(b, "<p>%s</p>\n", text(t))
	}
	if s.Code != "" {
		fmt.Fprintf(b, "<pre><code>%s</code></pre>\n", html.EscapeString(Printable(s.Code)))
	}
	for _, p := range s.Pictures {
		b.WriteString("<figure>\n")
		if err := picture.Inline(b, p); err != nil {
			return err
		}
		b.WriteString("</figure>\n")
	}
	if s.Table != nil {
		sheets, err := Prepared(s.Table.sheets(Web, s.Wide))
		if err != nil {
			return err
		}
		for _, sheet := range sheets {
			sheet.html(b, s.Sorted)
		}
	}
	b.WriteString("</section>\n")
	return nil
}

// MathML writes sheets of the style Web as tables for a web page.
func MathML(w io.Writer, sheets []Sheet) error {
	sheets, err := Prepared(sheets)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, s := range sheets {
		s.html(&b, false)
	}
	_, err = b.WriteTo(w)
	return err
}

// fewRows is the number of rows up to which a table is neither sorted nor filtered.
const fewRows = 4

// html writes a sheet, whose cells are HTML, as a table with its notes below.
func (s *Sheet) html(b *bytes.Buffer, sorted bool) {
	if s.Title != "" {
		fmt.Fprintf(b, "<h3>%s</h3>\n", text(s.Title))
	}
	if len(s.Columns) > 0 {
		class := ""
		if sorted && len(s.Rows) > fewRows {
			class = " class=\"sorted\""
			b.WriteString("<p class=\"filter\" hidden><input type=\"search\" placeholder=\"filter the rows\" aria-label=\"filter the rows\"> <output></output></p>\n")
		}
		fmt.Fprintf(b, "<div class=\"wide\"><table%s>\n<thead><tr>", class)
		for _, c := range s.Columns {
			fmt.Fprintf(b, "<th scope=\"col\"%s>%s</th>", right(c), breakable(c.Head))
		}
		b.WriteString("</tr></thead>\n<tbody>\n")
		for _, row := range s.Rows {
			b.WriteString("<tr>")
			for k, cell := range row {
				fmt.Fprintf(b, "<td%s>%s</td>", right(s.Columns[k]), cell)
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</tbody>\n</table></div>\n")
	}
	for _, n := range s.Notes {
		fmt.Fprintf(b, "<p class=\"note\">%s</p>\n", text(n.Line()))
	}
}

// breakable is a text that may be broken behind an underscore, as names of costs are where room is scarce.
func breakable(s string) string { return strings.ReplaceAll(text(s), "_", "_<wbr>") }

func right(c Column) string {
	if c.Right {
		return " class=\"r\""
	}
	return ""
}
