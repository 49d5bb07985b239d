package request

import (
	"context"
	"io"
	"slices"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
	"github.com/skipcost/skipcost/report/render"
)

// Answer is the result of a request, and the form in which it is written.
type Answer struct {
	Report   report.Report // as data; nil for pictures, pages and texts
	Exceeded *LimitError   // limits that are exceeded; nil if none is
	write    func(io.Writer, form) error
	form     form
}

// form is how an answer is written.
type form struct {
	format report.Format
	layout report.Layout
	means  Means
}

// Means are writers with large libraries, which a program passes in only if it wants to carry them.
type Means struct {
	Table func(io.Writer, *report.Document, report.Layout) error // tables in columns
	PNG   func(io.Writer, *picture.Scene) error
}

// lacking is the error of a format that a program does not carry.
func lacking(f report.Format) error {
	return usagef("", "--format %s: this program writes other formats only", f)
}

// Write writes the answer in the format that was asked for.
func (a *Answer) Write(w io.Writer) error {
	return render.Buffered(w, func(w io.Writer) error { return a.write(w, a.form) })
}

// Ask answers a request. The error is a *UsageError for a mistake in the request, and *arch.Problems for mistakes in a file.
func (s *Store) Ask(ctx context.Context, req *Request) (*Answer, error) {
	f, err := req.form()
	if err != nil {
		return nil, err
	}
	f.means = s.Means
	a, err := req.command.answer(ctx, s, req)
	if err != nil {
		return nil, err
	}
	a.form = f
	if a.Exceeded != nil {
		a.Exceeded.Width = f.layout.Width
	}
	return a, nil
}

// Answer writes the answer to a request. An answer that exceeds its limits is written too; the error is then a *LimitError.
func (s *Store) Answer(ctx context.Context, req *Request, w io.Writer) error {
	a, err := s.Ask(ctx, req)
	if err != nil {
		return err
	}
	if err := a.Write(w); err != nil || a.Exceeded == nil {
		return err
	}
	return a.Exceeded
}

// exceed adds a limit that is exceeded.
func (a *Answer) exceed(line string) {
	if a.Exceeded == nil {
		a.Exceeded = &LimitError{}
	}
	a.Exceeded.Lines = append(a.Exceeded.Lines, line)
}

// tables is an answer of tables.
func tables(r report.Report) *Answer {
	return &Answer{Report: r, write: func(w io.Writer, f form) error { return f.report(w, r) }}
}

// report writes a report.
func (f form) report(w io.Writer, r report.Report) error {
	if f.format != report.FormatTable {
		return render.Write(w, f.format, f.layout, r)
	}
	if f.means.Table == nil {
		return lacking(f.format)
	}
	return f.means.Table(w, r.Document(), f.layout)
}

// drawing is an answer of a picture.
func drawing(scene *picture.Scene) *Answer {
	return &Answer{write: func(w io.Writer, f form) error { return f.draw(w, scene) }}
}

// draw writes a picture.
func (f form) draw(w io.Writer, scene *picture.Scene) error {
	switch f.format {
	case report.FormatPNG:
		if f.means.PNG == nil {
			return lacking(f.format)
		}
		return f.means.PNG(w, scene)
	case report.FormatTerm:
		columns := f.layout.Width
		if columns == 0 {
			columns = pipeWidth
		}
		return picture.Braille(w, scene, columns)
	}
	return picture.SVG(w, scene)
}

// words is an answer of a text, the same in every format.
func words(text []byte) *Answer {
	return &Answer{write: func(w io.Writer, _ form) error {
		_, err := w.Write(text)
		return err
	}}
}

// form reads --format, --width and --wide, before any work is done.
func (req *Request) form() (form, error) {
	f := form{format: req.command.Formats[0]}
	if req.Given("format") {
		format, err := report.ParseFormat(req.Text("format"), req.command.Formats...)
		if err != nil {
			return f, usagef("", "--format: %v", err)
		}
		f.format = format
	}
	var err error
	f.layout, err = req.layout()
	return f, err
}

// takes refuses formats that this kind of answer of the command does not have.
func (req *Request) takes(formats ...report.Format) error {
	if !req.Given("format") {
		return nil
	}
	if _, err := report.ParseFormat(req.Text("format"), formats...); err != nil {
		return usagef("", "--format: %v", err)
	}
	return nil
}

// wants reports whether the answer is asked for in one of these formats.
func (req *Request) wants(formats ...report.Format) bool {
	return slices.Contains(formats, report.Format(req.Text("format")))
}
