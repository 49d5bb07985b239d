package picture

import (
	"bufio"
	"fmt"
	"html"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// SVG writes a scene as one SVG image, without scripts and without anything from elsewhere. Texts are texts.
func SVG(w io.Writer, s *Scene) error { return write(w, s, style(s.roles())) }

// Inline writes a scene as an SVG element of a page that has the [Style].
func Inline(w io.Writer, s *Scene) error { return write(w, s, "") }

// Style is the style sheet of all scenes, in a light and in a dark theme.
func Style() string {
	var all []Role
	for k := range looks {
		all = append(all, Role(k))
	}
	return style(all)
}

func write(w io.Writer, s *Scene, style string) error {
	out := &svg{bufio.NewWriter(w)}
	out.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%[1]s" height="%[2]s" role="img" aria-label="%s">`, num(s.Width), num(s.Height), plain(s.Title))
	out.printf("\n<title>%s</title>\n<desc>%s</desc>\n", plain(s.Title), plain(s.Description))
	if style != "" {
		out.printf("<style>\n%s</style>\n", style)
	}
	out.printf("<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n")
	for _, i := range s.Items {
		out.item(i)
	}
	out.printf("</svg>\n")
	return out.Flush()
}

type svg struct{ *bufio.Writer }

func (w *svg) printf(format string, args ...any) { fmt.Fprintf(w.Writer, format, args...) }

// style is the style sheet of roles, in a light and in a dark theme. It only applies inside an svg element.
func style(used []Role) string {
	var b strings.Builder
	b.WriteString("svg{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}svg :is(path,circle,rect){fill:none;stroke-linecap:round;stroke-linejoin:round}")
	b.WriteString("svg text{stroke:none}svg .e{text-anchor:end}svg .m{text-anchor:middle}svg .d{stroke-dasharray:6 4}\n")
	for _, role := range used {
		l := looks[role]
		fmt.Fprintf(&b, "svg .%s{stroke:%s}svg .%[1]s.f{fill:%[2]s;stroke:none}svg text.%[1]s{fill:%[2]s;stroke:none}", l.name, hex(l.light))
		if len(l.dash) > 0 {
			fmt.Fprintf(&b, "svg path.%s{stroke-dasharray:%s}", l.name, dashes(l.dash))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "svg rect.paper{fill:%s}\n@media (prefers-color-scheme: dark){\n", hex(looks[Paper].light))
	for _, role := range used {
		l := looks[role]
		fmt.Fprintf(&b, "svg .%s{stroke:%s}svg .%[1]s.f{fill:%[2]s}svg text.%[1]s{fill:%[2]s}\n", l.name, hex(l.dark))
	}
	fmt.Fprintf(&b, "svg rect.paper{fill:%s}\n}\n", hex(looks[Paper].dark))
	return b.String()
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func dashes(list []float64) string {
	parts := make([]string, len(list))
	for k, d := range list {
		parts[k] = num(d)
	}
	return strings.Join(parts, " ")
}

func (w *svg) item(i Item) {
	switch i := i.(type) {
	case Line:
		w.shape("path", looks[i.Role].name+filled(i.Fill), i.Note, fmt.Sprintf(` d="%s"%s`, path(i.Points, i.Fill), weight(i.Weight)))
	case Arc:
		w.group([]Item{i})
	case Box:
		w.shape("rect", looks[i.Role].name+" f", i.Note, fmt.Sprintf(` x="%s" y="%s" width="%s" height="%s"%s`,
			num(i.Min.X), num(i.Min.Y), num(i.Max.X-i.Min.X), num(i.Max.Y-i.Min.Y), corners(i.Sharp)))
	case Dot:
		w.shape("circle", looks[i.Role].name+filled(!i.Ring), i.Note, fmt.Sprintf(` cx="%s" cy="%s" r="%s"`, num(i.At.X), num(i.At.Y), num(i.Radius)))
	case Group:
		w.printf("<g data-links=\"%s\"><title>%s</title>\n", plain(i.Links), plain(i.Note))
		w.group(i.Items)
		w.printf("</g>\n")
	case Text:
		class := looks[i.Role].name + [...]string{Start: "", Middle: " m", End: " e"}[i.Anchor]
		w.printf("<text class=\"%s\" x=\"%s\" y=\"%s\" font-size=\"%s\">%s</text>\n", class, num(i.At.X), num(i.At.Y), num(i.Size), plain(i.Text))
	}
}

func corners(sharp bool) string {
	if sharp {
		return ""
	}
	return ` rx="3"`
}

// path is an arc as SVG has it, or points along one that is sheared.
func (a Arc) path() string {
	if a.From.Y != a.To.Y {
		return path(a.Outline(24), false)
	}
	return fmt.Sprintf("M%s %sA%s %s 0 0 %d %s %s", num(a.From.X), num(a.From.Y), num(math.Abs(a.To.X-a.From.X)/2), num(math.Abs(a.Rise)), sweepFlag(a), num(a.To.X), num(a.To.Y))
}

// group writes items; arcs that follow each other and look alike are one path, as most of a fan are.
func (w *svg) group(items []Item) {
	for k := 0; k < len(items); k++ {
		first, is := items[k].(Arc)
		if !is {
			w.item(items[k])
			continue
		}
		d := first.path()
		for k+1 < len(items) {
			next, is := items[k+1].(Arc)
			if !is || next.Role != first.Role || num(next.Weight) != num(first.Weight) || next.Dashed != first.Dashed || next.Note != first.Note {
				break
			}
			d += next.path()
			k++
		}
		class := looks[first.Role].name
		if first.Dashed {
			class += " d"
		}
		w.shape("path", class, first.Note, fmt.Sprintf(` d="%s"%s`, d, weight(first.Weight)))
	}
}

// sweepFlag is which of the two halves of an ellipse an arc is.
func sweepFlag(a Arc) int {
	if (a.Rise > 0) == (a.From.X < a.To.X) {
		return 1
	}
	return 0
}

func filled(is bool) string {
	if is {
		return " f"
	}
	return ""
}

func weight(w float64) string {
	if w == 0 || w == 1 {
		return ""
	}
	return ` stroke-width="` + num(w) + `"`
}

// shape writes an element, with the text that is shown when it is pointed at.
func (w *svg) shape(element, class, note, attributes string) {
	w.printf("<%s class=\"%s\"%s", element, class, attributes)
	if note == "" {
		w.printf("/>\n")
		return
	}
	w.printf("><title>%s</title></%s>\n", plain(note), element)
}

func path(points []Point, closed bool) string {
	var b strings.Builder
	for k, p := range points {
		if k == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(num(p.X) + " " + num(p.Y))
	}
	if closed {
		b.WriteByte('Z')
	}
	return b.String()
}

// num is a length to a tenth of a pixel.
func num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// plain is a text in which nothing is markup or a command to a terminal, and nothing turns the direction of what follows.
func plain(text string) string { return html.EscapeString(shown(text)) }

// shown is a text without the characters that are obeyed and not shown.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r >= 0xfffe && r <= 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}
