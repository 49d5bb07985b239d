package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// expression reads a number or formula. After a problem it returns false.
func (r *reader) expression(n *node, sc *scope) (arch.Expression, bool) {
	if n.kind != scalar {
		r.problem(n.pos, "", "a number or an expression is needed here, not %s", n.kind)
		return arch.Expression{Pos: n.pos}, false
	}
	if !r.uncut(n) {
		return arch.Expression{Pos: n.pos}, false
	}
	return r.formula(n.text, n.at, sc)
}

// formula reads an expression from a text; at is the place in the file of each byte of the text.
func (r *reader) formula(text string, at func(offset int) arch.Pos, sc *scope) (arch.Expression, bool) {
	e := arch.Expression{Pos: at(0)}
	if r.budget.Over(symbolic.Products) {
		return e, false // the budget is spent, which has been reported
	}
	parsed, err := symbolic.ParseWithin(r.budget, text, sc.fractions...)
	if err != nil {
		r.badFormula(at, err)
		return e, false
	}
	if err := parsed.Err(); err != nil {
		r.problem(e.Pos, "", "%s: %v", text, err)
		return e, false
	}
	ok := true
	for _, w := range words(text) {
		switch {
		case w.tensor && !sc.tap(w.written):
			r.unreadable(&node{kind: scalar, text: w.written, pos: at(w.offset)}, sc)
			ok = false
		case !w.tensor && !sc.knows(w.name):
			r.absent("unknown name", w.written, at(w.offset), r.unknownHint(w.name, sc))
			ok = false
		}
	}
	e.Expr = parsed
	return e, ok
}

// badFormula reports why a text is no expression, at the place in it where that shows.
func (r *reader) badFormula(at func(int) arch.Pos, err error) {
	var syntax *symbolic.SyntaxError
	if !errors.As(err, &syntax) {
		r.problem(at(0), "", "%v", err)
		return
	}
	r.problem(at(syntax.Offset), syntax.Hint, "%s", syntax.Message)
}

func (r *reader) unknownHint(name string, sc *scope) string {
	_, tensor := r.named[name]
	switch {
	case name == arch.RepeatIndex:
		return "i counts the iterations of a repeat and means nothing outside of one"
	case name == arch.IncomingWidth:
		return "c is the width that enters a step and means nothing here"
	case name == arch.LinkCount:
		return "links is the number of tensors that an iteration reads in a repeat with links other than dense"
	case name == "true" || name == "false":
		return "only a flag is true or false"
	case r.block != "" && tensor:
		return "it names a tensor; an expression reads numbers"
	case tensor:
		return "it names a tensor, which from: " + name + " reads; an expression reads numbers"
	}
	if b := r.known[r.block]; b != nil && len(b.Parameters) == 0 && choose.Nearest(name, sc.names) == "" {
		return fmt.Sprintf("%s(%s): declares a parameter of the block, symbols: {%[2]s: 64} a number for the whole file", r.block, name)
	}
	if len(sc.names) == 0 {
		return fmt.Sprintf("symbols: {%s: 64} at the top of the file declares a number", name)
	}
	return r.nearest(name, sc.names, choose.List("names that can be used here:", sc.names))
}

// word is a name in the text of an expression.
type word struct {
	name    string // with Greek letters spelled out
	written string
	offset  int
	tensor  bool // the name of a tensor that is measured
}

// words finds the names in the text of an expression that parses; those of functions are left out.
func words(text string) []word {
	var found []word
	measured := false // the name before this one is a function that measures a tensor
	for k := 0; k < len(text); {
		first, size := utf8.DecodeRuneInString(text[k:])
		if !nameRune(first) {
			k += size
			continue
		}
		end := k
		for end < len(text) {
			c, size := utf8.DecodeRuneInString(text[end:])
			if !nameRune(c) {
				break
			}
			end += size
		}
		call := strings.HasPrefix(strings.TrimLeft(text[end:], " "), "(")
		if !isDigit(first) && !call {
			found = append(found, word{spelled(text[k:end]), text[k:end], k, measured})
		}
		measured = call && slices.Contains(symbolic.MeasureNames(), text[k:end])
		k = end
	}
	return found
}
