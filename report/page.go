package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io"

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
	Heading string
	Text    []string
	Code    string // what a reader may type
	Picture *picture.Scene
	Table   *Document
	Sorted  bool // the tables sort by a click on a head, and a field filters their rows
	Wide    bool // with all columns
}

// HTML writes a page. Nothing in it is loaded from elsewhere, and its policy forbids that; its one script sorts and filters tables.
func (p *Page) HTML(w io.Writer) error {
	var b bytes.Buffer
	sum := sha256.Sum256([]byte(pageScript))
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n", text(p.Title))
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'\">\n", base64.StdEncoding.EncodeToString(sum[:]))
	fmt.Fprintf(&b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n", pageStyle, text(p.Title))
	for _, s := range p.Lead {
		fmt.Fprintf(&b, "<p class=\"lead\">%s</p>\n", text(s))
	}
	for _, s := range p.Sections {
		if err := s.html(&b); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, "</main>\n<script>%s</script>\n</body>\n</html>\n", pageScript)
	_, err := b.WriteTo(w)
	return err
}

// text is a text of one line in which nothing is markup.
func text(s string) string { return html.EscapeString(oneLine(s)) }

func (s *Section) html(b *bytes.Buffer) error {
	fmt.Fprintf(b, "<section>\n<h2>%s</h2>\n", text(s.Heading))
	for _, t := range s.Text {
		fmt.Fprintf(b, "<p>%s</p>\n", text(t))
	}
	if s.Code != "" {
		fmt.Fprintf(b, "<pre><code>%s</code></pre>\n", html.EscapeString(Printable(s.Code)))
	}
	if s.Picture != nil {
		b.WriteString("<figure>\n")
		if err := picture.SVG(b, s.Picture); err != nil {
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

// html writes a sheet, whose cells are HTML, as a table with its notes below.
func (s *Sheet) html(b *bytes.Buffer, sorted bool) {
	if s.Title != "" {
		fmt.Fprintf(b, "<h3>%s</h3>\n", text(s.Title))
	}
	if len(s.Columns) > 0 {
		class := ""
		if sorted {
			class = " class=\"sorted\""
			b.WriteString("<input class=\"filter\" type=\"search\" placeholder=\"filter the rows\" aria-label=\"filter the rows\">\n")
		}
		fmt.Fprintf(b, "<div class=\"wide\"><table%s>\n<thead><tr>", class)
		for _, c := range s.Columns {
			fmt.Fprintf(b, "<th scope=\"col\"%s>%s</th>", right(c), text(c.Head))
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

func right(c Column) string {
	if c.Right {
		return " class=\"r\""
	}
	return ""
}

// pageStyle is for screens light and dark, narrow and wide, and for paper.
const pageStyle = `
:root{color-scheme:light dark;--ink:#1f2430;--quiet:#5d636f;--line:#dfe2e8;--paper:#fff;--area:#f1f3f6}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--quiet:#a4aab5;--line:#3a3f49;--paper:#16191e;--area:#23272f}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:26px;margin:0 0 8px}h2{font-size:19px;margin:40px 0 8px;border-bottom:1px solid var(--line)}h3{font-size:15px;margin:16px 0 4px}
.lead{font-size:18px;max-width:46em}.note{color:var(--quiet);font-size:13px;margin:4px 0;max-width:60em}
.wide{overflow-x:auto}table{border-collapse:collapse;width:max-content;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:3px 12px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}td{max-width:34em}.r{text-align:right;white-space:nowrap}
.sorted th{cursor:pointer}.filter{font:inherit;font-size:14px;padding:3px 8px;margin:4px 0;color:inherit;background:var(--area);border:1px solid var(--line)}
pre{background:var(--area);padding:10px 12px;overflow-x:auto;font-size:14px}figure{margin:8px 0;overflow-x:auto}figure svg{max-width:100%;height:auto}
@media print{.filter{display:none}h2{break-after:avoid}tr,figure{break-inside:avoid}body{font-size:12px}}
`

// pageScript sorts a table by the column whose head is clicked, as numbers where they are, and filters the rows of a table.
const pageScript = `
const unit={k:1e3,M:1e6,G:1e9,T:1e12,P:1e15,E:1e18,B:1,KiB:2**10,MiB:2**20,GiB:2**30,TiB:2**40,PiB:2**50,EiB:2**60};
const value=t=>{const m=t.replace(/,/g,'').replace(/[−]/g,'-').match(/^[~≈]?(-?[\d.]+(?:e[+-]?\d+)?)\s*([A-Za-z]*)/);return m?m[1]*(unit[m[2]]??1):NaN};
for(const table of document.querySelectorAll('table.sorted')){
 table.tHead.rows[0].querySelectorAll('th').forEach((head,k)=>{
  head.tabIndex=0;
  const sort=()=>{
   const up=head.ariaSort!=='ascending',rows=[...table.tBodies[0].rows];
   for(const h of table.tHead.rows[0].cells)h.removeAttribute('aria-sort');
   head.ariaSort=up?'ascending':'descending';
   rows.sort((a,b)=>{const x=a.cells[k].textContent,y=b.cells[k].textContent,p=value(x),q=value(y);
    const c=isNaN(p)||isNaN(q)?x.localeCompare(y):p-q;return up?c:-c});
   table.tBodies[0].append(...rows)};
  head.addEventListener('click',sort);
  head.addEventListener('keydown',e=>{if(e.key==='Enter'||e.key===' '){e.preventDefault();sort()}})});
 const filter=table.closest('section').querySelector('.filter');
 filter?.addEventListener('input',()=>{const words=filter.value.toLowerCase().split(/\s+/);
  for(const row of table.tBodies[0].rows){const t=row.textContent.toLowerCase();row.hidden=!words.every(w=>t.includes(w))}})}
`
