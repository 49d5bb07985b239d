package report

import (
	"math/big"
	"strings"
)

// Number is a whole number of any length; nil is null. Readers that hold numbers as floats round what is beyond 2⁵³.
type Number struct{ Int *big.Int }

// Float is a rounded number, as JSON writes it, with an exponent of any size.
type Float string

// Object is a JSON object whose keys stay in order.
type Object []Field

// Field is a key of an [Object] and its value: a [Cell], an Object, a [Number], a list of any of them or of texts, a plain text,
// number or truth, or rows of objects that are made one by one.
type Field struct {
	Key   string
	Value any
}

// Object lays a row out as JSON: each cell where the path of its column leads.
func (t *Table) Object(row Row) Object {
	var out Object
	for k, c := range t.Columns {
		path := c.Path
		if path == "" {
			path = c.key()
		}
		var cell Cell
		if k < len(row) {
			cell = row[k]
		}
		out = out.with(strings.SplitN(path, ".", 2), cell)
	}
	return out
}

// with is the object with a value at the end of a path.
func (o Object) with(path []string, v any) Object {
	if len(path) == 1 {
		return append(o, Field{path[0], v})
	}
	for k := range o {
		if inner, ok := o[k].Value.(Object); ok && o[k].Key == path[0] {
			o[k].Value = inner.with(path[1:], v)
			return o
		}
	}
	return append(o, Field{path[0], Object{}.with(path[1:], v)})
}
