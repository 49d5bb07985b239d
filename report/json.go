package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math/big"
)

// JSON writes a value indented by two spaces, with characters as they are.
func JSON(w io.Writer, v any) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

// Number is a whole number of any length; nil is null. Readers that hold numbers as floats round what is beyond 2⁵³.
type Number struct{ Int *big.Int }

// MarshalJSON writes all digits.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.Int == nil {
		return []byte("null"), nil
	}
	return n.Int.Append(nil, 10), nil
}

// Object is a JSON object whose keys stay in order.
type Object []Field

// Field is a key of an [Object] and its value.
type Field struct {
	Key   string
	Value any
}

// MarshalJSON writes the fields in order.
func (o Object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	out.WriteByte('{')
	for k, f := range o {
		if k > 0 {
			out.WriteByte(',')
		}
		if err := e.Encode(f.Key); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		if err := e.Encode(f.Value); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
