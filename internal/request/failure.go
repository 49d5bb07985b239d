package request

import (
	"errors"
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/report"
)

// UsageError is a mistake in a request.
type UsageError struct{ Message, Hint string }

// Error is the message; the hint stands on a line of its own.
func (e *UsageError) Error() string { return e.Message }

func usagef(hint, format string, args ...any) error {
	return &UsageError{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// LimitError is the error for a result that exceeds the given limits. The result has been written.
type LimitError struct {
	Lines []string
	Width int // of tables in columns, so that lines below them can be wrapped alike; 0 is no limit
}

// Error is a line for each limit.
func (e *LimitError) Error() string { return strings.Join(e.Lines, "\nskipcost: ") }

// Failure is an error as data, for a page that shows it beside its place.
type Failure struct {
	Message string `json:"message"`          // without its place and hint
	File    string `json:"file,omitempty"`   // what it is about, if that is a file or a shipped network
	Line    int    `json:"line,omitempty"`   // from 1
	Column  int    `json:"column,omitempty"` // from 1, in characters
	Source  string `json:"source,omitempty"` // the line
	Hint    string `json:"hint,omitempty"`
	Usage   bool   `json:"usage,omitempty"` // the request was not understood
	Limit   bool   `json:"limit,omitempty"` // the answer is there, and not within its limits
	Text    string `json:"text"`            // all of it, as the command line prints it
}

// Explain is an error in the words of the program. Problems of a file point to their place themselves.
func Explain(err error) Failure {
	f := Failure{Message: report.Printable(err.Error()), Text: "skipcost: " + err.Error()}
	var problems *arch.Problems
	var usage *UsageError
	var limit *LimitError
	switch {
	case errors.As(err, &problems) && len(problems.List) > 0:
		first := problems.List[0]
		f.Message, f.Hint, f.Line, f.Column = report.Printable(first.Message), report.Printable(first.Hint), first.Pos.Line, first.Pos.Column
		f.Source = report.Printable(problems.File.Line(first.Pos))
		if problems.File != nil && problems.File.Name != "" {
			f.File, f.Text = report.Printable(problems.File.Name), err.Error()
		}
	case errors.As(err, &usage):
		f.Usage, f.Hint = true, report.Printable(usage.Hint)
		if usage.Hint != "" {
			f.Text += "\n  hint: " + usage.Hint
		}
	case errors.As(err, &limit):
		f.Limit = true
	}
	f.Text = report.Printable(f.Text)
	return f
}
