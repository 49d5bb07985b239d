package trace

import (
	"encoding/binary"

	"github.com/skipcost/skipcost/arch"
)

// alike finds layers with equal arguments that are numbers and words: a graph has many of them, and their arguments are
// evaluated only once.
type alike struct {
	layers map[string]*arch.Layer
	text   []byte // arguments of the last layer, as text
}

// first is the first layer with the same arguments.
func (a *alike) first(l *arch.Layer) *arch.Layer {
	a.text = append(a.text[:0], l.Kind.Name...)
	for k := range l.Kind.Parameters {
		given, is := l.Args[l.Kind.Parameters[k].Name]
		if !is {
			continue
		}
		a.text = binary.AppendUvarint(append(a.text, 0, byte(k)), uint64(len(given.Word)))
		a.text = binary.AppendUvarint(append(a.text, given.Word...), uint64(len(given.Values)))
		for _, v := range given.Values {
			n, ok := v.Int64()
			if !ok {
				return l
			}
			a.text = binary.AppendVarint(a.text, n)
		}
	}
	if other, known := a.layers[string(a.text)]; known {
		return other
	}
	if a.layers == nil {
		a.layers = map[string]*arch.Layer{}
	}
	a.layers[string(a.text)] = l
	return l
}

// told identifies the arguments of a layer on a number of axes: arguments that are numbers are the same everywhere.
type told struct {
	layer *arch.Layer
	axes  int
}

// inNumbers reports whether all arguments of a layer are numbers and words, which mean the same everywhere.
func inNumbers(l *arch.Layer) bool {
	for _, given := range l.Args {
		for _, v := range given.Values {
			if _, ok := v.Int64(); !ok {
				return false
			}
		}
	}
	return true
}
