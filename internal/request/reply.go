package request

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// Reply answers a request in JSON, see [Parse], by JSON: {"output": TEXT}, where the text has the very bytes that the command line
// prints, or {"error": FAILURE}, or both where an answer is not within its limits.
func (s *Store) Reply(ctx context.Context, text []byte) []byte {
	var out struct {
		Output *string  `json:"output,omitempty"`
		Error  *Failure `json:"error,omitempty"`
	}
	var b bytes.Buffer
	req, err := Parse(text)
	if err == nil {
		err = s.Answer(ctx, req, &b)
	}
	if err == nil && !utf8.Valid(b.Bytes()) {
		err = usagef("svg and term are texts", "--format %s is no text, and cannot be told in JSON", req.Text("format"))
	}
	var limit *LimitError
	if err == nil || errors.As(err, &limit) {
		output := b.String()
		out.Output = &output
	}
	if err != nil {
		f := Explain(err)
		out.Error = &f
	}
	encoded, err := json.Marshal(out)
	if err != nil { // of texts and numbers there is none that cannot be written
		return []byte(`{"error":{"message":"the answer cannot be written as JSON"}}`)
	}
	return encoded
}
