package onnx

import (
	"github.com/skipcost/skipcost/arch/symbolic"
)

// A boundError says that an open dimension can only have one value, or that of another dimension, because both meet in a
// product, where no axis is stretched.
type boundError struct {
	text  string // of the dimension in the file
	value symbolic.Expr
	err   error // what is wrong if it has another
}

// Error is the message of the mismatch.
func (e *boundError) Error() string { return e.err.Error() }

// Unwrap is the mismatch as an error.
func (e *boundError) Unwrap() error { return e.err }

// meet is the given error unless two dimensions are equal, or may be as far as is known.
func (t *translator) meet(a, b symbolic.Expr, wrong func() error) error {
	if a.Equal(b) {
		return nil
	}
	err := wrong()
	for _, pair := range [][2]symbolic.Expr{{a, b}, {b, a}} {
		text, open := t.symbols.text(pair[0])
		if n, number := pair[1].Int64(); open && number && n > 0 {
			return &boundError{text: text, value: pair[1], err: err}
		}
	}
	if text, value, both := t.symbols.later(a, b); both {
		return &boundError{text: text, value: value, err: err}
	}
	if text, value, one := t.symbols.root(a.Sub(b)); one {
		return &boundError{text: text, value: value, err: err}
	}
	return err
}

// root is the name in the file of the only open dimension of a difference, and the one size at which the difference is 0; false
// if there is no such size, or may be several.
func (s *symbols) root(difference symbolic.Expr) (text string, size symbolic.Expr, one bool) {
	names := difference.Symbols()
	if len(names) != 1 {
		return "", size, false
	}
	text, open := s.texts[names[0]]
	at, once := difference.Root(names[0])
	if !open || !once || !at.IsInt() || at.Sign() <= 0 {
		return "", size, false
	}
	return text, symbolic.BigRat(at), true
}

// later is, of two open dimensions, the name of the one that the file names later, and the other one; false if they are not
// open.
func (s *symbols) later(a, b symbolic.Expr) (text string, other symbolic.Expr, both bool) {
	first, open := s.text(a)
	second, also := s.text(b)
	if !open || !also {
		return "", other, false
	}
	for _, symbol := range s.list {
		switch e := symbol.Expr(); {
		case e.Equal(a):
			return second, a, true
		case e.Equal(b):
			return first, b, true
		}
	}
	return "", other, false
}

// text is the name in the file of an open dimension, if the expression is one.
func (s *symbols) text(e symbolic.Expr) (string, bool) {
	names := e.Symbols()
	if len(names) != 1 {
		return "", false
	}
	text, known := s.texts[names[0]]
	return text, known && e.Equal(s.byText[text])
}

// mayVanish reports whether a difference may be 0 as far as is known, and not only at one size of one open dimension.
func mayVanish(difference symbolic.Expr) bool {
	names := difference.Symbols()
	if _, known := difference.Sign(); known || len(names) == 0 {
		return false
	}
	_, once := difference.Root(names[0])
	return len(names) > 1 || !once
}
