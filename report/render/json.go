package render

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"

	"github.com/skipcost/skipcost/report"
)

// JSON writes a value indented by two spaces: an [Object], a [Cell], a [Number], a list of any of them or of texts, or a plain
// text, number or truth. Objects may come one by one from an iterator, and a list of texts may be a function, which is called
// only when its turn comes. Characters are written as they are, but for those that a terminal would obey.
func JSON(w io.Writer, v any) error {
	out := &jsonWriter{w: bufio.NewWriter(w)}
	out.value(v, "\n")
	out.w.WriteByte('\n')
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// jsonWriter writes values one by one, so that a long list need not be in memory as text. Its buffer keeps the first error of
// writing.
type jsonWriter struct {
	w   *bufio.Writer
	err error // error of a value whose type has no form in JSON
}

// value writes a value; lines after its first begin with indent, which is a line feed and spaces.
func (j *jsonWriter) value(v any, indent string) {
	switch v := v.(type) {
	case report.Cell:
		j.value(v.Data(), indent)
	case report.Object:
		j.list('{', '}', indent, len(v), func(k int, indent string) {
			j.text(v[k].Key)
			j.w.WriteString(": ")
			j.value(v[k].Value, indent)
		})
	case []report.Object:
		j.list('[', ']', indent, len(v), func(k int, indent string) { j.value(v[k], indent) })
	case iter.Seq[report.Object]:
		j.sequence(v, indent)
	case func() []string:
		j.value(v(), indent)
	case []string:
		j.list('[', ']', indent, len(v), func(k int, _ string) { j.text(v[k]) })
	case []int:
		j.list('[', ']', indent, len(v), func(k int, _ string) { fmt.Fprint(j.w, v[k]) })
	case []report.Cell:
		j.list('[', ']', indent, len(v), func(k int, indent string) { j.value(v[k], indent) })
	case report.Number:
		if v.Int == nil {
			j.w.WriteString("null")
		} else {
			j.w.Write(v.Int.Append(j.w.AvailableBuffer(), 10))
		}
	case report.Float:
		j.w.WriteString(string(v))
	case string:
		j.text(v)
	case nil:
		j.w.WriteString("null")
	case bool, int, int64:
		fmt.Fprint(j.w, v)
	default:
		j.err = fmt.Errorf("report: a %T has no form in JSON", v)
	}
}

func (j *jsonWriter) list(open, end byte, indent string, n int, item func(k int, indent string)) {
	j.w.WriteByte(open)
	for k := range n {
		if k > 0 {
			j.w.WriteByte(',')
		}
		j.w.WriteString(indent + "  ")
		item(k, indent+"  ")
	}
	if n > 0 {
		j.w.WriteString(indent)
	}
	j.w.WriteByte(end)
}

// sequence writes objects as they come.
func (j *jsonWriter) sequence(objects iter.Seq[report.Object], indent string) {
	j.w.WriteByte('[')
	some := false
	for o := range objects {
		if some {
			j.w.WriteByte(',')
		}
		some = true
		j.w.WriteString(indent + "  ")
		j.value(o, indent+"  ")
	}
	if some {
		j.w.WriteString(indent)
	}
	j.w.WriteByte(']')
}

// text writes a text in quotes.
func (j *jsonWriter) text(s string) {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		j.w.WriteByte('"')
		j.w.WriteString(s)
		j.w.WriteByte('"')
		return
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		j.err = err
		return
	}
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			fmt.Fprintf(j.w, `\u%04x`, r)
		} else {
			j.w.WriteRune(r)
		}
	}
}
