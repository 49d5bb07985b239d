package onnx

import (
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// symbols are the dimensions that the file leaves open.
type symbols struct {
	list   []arch.Symbol
	byText map[string]symbolic.Expr
	taken  map[string]bool
	tries  map[string]int           // by names that were taken
	texts  map[string]string        // by symbol
	bound  map[string]symbolic.Expr // those that can only have one value
	data   map[string]bool          // those that depend on the data, by what the file calls them
}

func newSymbols() *symbols {
	taken := map[string]bool{}
	for _, word := range arch.ReservedNames() {
		taken[word] = true
	}
	return &symbols{byText: map[string]symbolic.Expr{}, taken: taken, tries: map[string]int{}, texts: map[string]string{}, data: map[string]bool{}}
}

// of is the symbol for a dimension by its text in the file. A text that is no name is made one.
func (s *symbols) of(text string) symbolic.Expr {
	if e, ok := s.byText[text]; ok {
		return e
	}
	var b strings.Builder
	for _, r := range text {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		digit := r >= '0' && r <= '9'
		switch {
		case letter || digit && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0:
			b.WriteByte('_')
		}
	}
	name := strings.TrimRight(b.String(), "_")
	if name == "" {
		name = "dim"
	}
	name = s.free(name)
	s.taken[name] = true
	symbol := arch.Symbol{Name: name, Default: arch.Expression{Expr: symbolic.Int(1)}, Dynamic: true}
	if only, is := s.bound[text]; is {
		symbol.Default, symbol.Fixed = arch.Expression{Expr: only}, true
		s.list = append(s.list, symbol)
		s.byText[text] = only
		return only
	}
	s.list = append(s.list, symbol)
	s.byText[text], s.texts[name] = symbol.Expr(), text
	return symbol.Expr()
}

// free is a name that is not taken: the given one, or that with an underscore and a number behind it.
func (s *symbols) free(name string) string {
	out := name
	for s.taken[out] {
		out = name + "_"
		if s.tries[name]++; s.tries[name] > 1 {
			out += strconv.Itoa(s.tries[name])
		}
	}
	return out
}
