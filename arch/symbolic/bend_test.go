package symbolic_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// TestBend: from the bend on an extreme of an index is one of its arguments.
func TestBend(t *testing.T) {
	for text, want := range map[string]struct {
		at   int64
		then string
	}{
		"max(0, 2 - i)":               {2, "0"},
		"min(d + 2*i, d + 5)":         {3, "d+5"},
		"d*floor(min(i/2, 3))":        {6, "3*d"},
		"2^max(3 - i, 1)":             {2, "2"},
		"min(i, n)":                   {0, ""},
		"max(i, 0)":                   {0, "i"},
		"max(2 - i, 0)*max(0, 4 - i)": {4, "0"},
		"1/(1 + max(0, 1 - i))":       {1, "1"},
	} {
		e := parsed(t, text)
		assert.Equal(t, want.at, e.Bend("i"), text)
		if want.then == "" {
			continue
		}
		later := e.Substitute(symbolic.Bindings{"i": symbolic.Symbol("i#").Add(symbolic.Int(want.at))})
		is := parsed(t, want.then).Substitute(symbolic.Bindings{"i": symbolic.Symbol("i#").Add(symbolic.Int(want.at))})
		assert.Equal(t, is.ASCII(), later.ASCII(), text)
	}
}
