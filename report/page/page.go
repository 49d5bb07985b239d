package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
	"github.com/skipcost/skipcost/report/render"
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
	Table    *report.Document
	Sorted   bool // the tables sort by a click on a head, and a field filters their rows
	Wide     bool // with all columns
}

// HTML writes a page. Nothing in it is loaded from elsewhere, and its policy forbids that; its one script sorts and filters tables, and
// it reads well without.
func (p *Page) HTML(w io.Writer) error {
	var b bytes.Buffer
	style := styles + picture.Style()
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'\">\n",
		digest(style), digest(script))
	fmt.Fprintf(&b, "<title>%s</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>%[1]s</h1>\n", report.HTMLText(p.Title), style)
	for _, s := range p.Lead {
		fmt.Fprintf(&b, "<p class=\"lead\">%s</p>\n", report.HTMLText(s))
	}
	p.contents(&b)
	for k, s := range p.Sections {
		if err := s.html(&b, k); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "</main>\n<script>%s</script>\n</body>\n</html>\n", script)
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
		fmt.Fprintf(b, "<li%s><a href=\"#s%d\">%s</a></li>\n", class, k+1, report.HTMLText(s.Heading))
	}
	b.WriteString("</ul></nav>\n")
}

func (s *Section) html(b *bytes.Buffer, number int) error {
	class := ""
	if s.Part {
		class = " class=\"part\""
	}
	fmt.Fprintf(b, "<section id=\"s%d\"%s>\n<h2>%s</h2>\n", number+1, class, report.HTMLText(s.Heading))
	for _, t := range s.Text {
		fmt.Fprintf(b, "<p>%s</p>\n", report.HTMLText(t))
	}
	if s.Code != "" {
		fmt.Fprintf(b, "<pre><code>%s</code></pre>\n", html.EscapeString(report.Printable(s.Code)))
	}
	for _, p := range s.Pictures {
		b.WriteString("<figure>\n")
		if err := picture.Inline(b, p); err != nil {
			return err
		}
		b.WriteString("</figure>\n")
	}
	if s.Table != nil {
		sheets, err := report.Prepared(s.Table.StyledSheets(report.Web, s.Wide))
		if err != nil {
			return err
		}
		for _, sheet := range sheets {
			render.HTML(b, &sheet, s.Sorted)
		}
	}
	b.WriteString("</section>\n")
	return nil
}
