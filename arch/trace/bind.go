package trace

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// binder gives every symbol of a network its value: what was set, itself if it stays free, or its default, which may be
// an expression of other symbols.
type binder struct {
	network  *arch.Network
	set      map[string]symbolic.Expr
	free     map[string]bool
	values   symbolic.Bindings
	visiting map[string]bool
	problems []arch.Problem
}

// bind returns the values of all symbols that the network reaches, some of which its expressions read directly, and the
// problems of the settings.
func bind(n *arch.Network, read []string, o Options) (symbolic.Bindings, []arch.Problem) {
	b := &binder{network: n, set: o.Set, free: map[string]bool{}, values: symbolic.Bindings{}, visiting: map[string]bool{}}
	for _, name := range o.Free {
		b.free[name] = true
	}
	names := make([]string, 0, len(o.Set)+len(o.Free))
	for name := range o.Set {
		names = append(names, name)
	}
	names = append(names, o.Free...)
	sort.Strings(names)
	for _, name := range slices.Compact(names) {
		if _, ok := n.Symbol(name); !ok {
			b.unknown(name)
		}
	}
	reached, everRead := reachable(n, read, b.set, b.free), reachable(n, read, nil, nil)
	for _, s := range n.Symbols {
		if !reached[s.Name] {
			v, ok := b.set[s.Name]
			switch {
			case ok && s.Fixed && !v.Equal(b.initial(s)):
				b.problems = append(b.problems, b.fixed(s, v))
			case ok && !s.Fixed:
				why := "nothing in the network reads it"
				if everRead[s.Name] {
					why = "the symbols that depend on it are set too"
				}
				b.problems = append(b.problems, arch.Problem{Message: fmt.Sprintf("%s has no effect here: %s", s.Name, why)})
			}
			continue
		}
		b.value(s)
	}
	return b.values, b.problems
}

// fixed says that a symbol cannot have a value, and from which others its own follows.
func (b *binder) fixed(s arch.Symbol, v symbolic.Expr) arch.Problem {
	hint := ""
	if others := s.Default.Symbols(); len(others) > 0 {
		hint = "it follows from " + strings.Join(others, ", ")
	}
	return arch.Problem{Message: fmt.Sprintf("%s is %s, but can only be %s here", s.Name, v.Text(), s.Default.Text()), Hint: hint}
}

func (b *binder) unknown(name string) {
	var known []string
	for _, s := range b.network.Symbols {
		known = append(known, s.Name)
	}
	hint := "it has no symbols"
	if len(known) > 0 {
		hint = choose.Hint(name, known, choose.List("its symbols are", known))
	}
	b.problems = append(b.problems, arch.Problem{Message: fmt.Sprintf("%s has no symbol %q", b.network.Name, name), Hint: hint})
}

// value resolves one symbol, its defaults first.
func (b *binder) value(s arch.Symbol) symbolic.Expr {
	if v, ok := b.values[s.Name]; ok {
		return v
	}
	v, isSet := b.set[s.Name]
	switch {
	case isSet:
	case b.free[s.Name]:
		v = s.Expr()
	case b.visiting[s.Name]:
		b.problems = append(b.problems, arch.Problem{Pos: s.Pos, Message: fmt.Sprintf("the default of %s depends on itself", s.Name)})
		v = symbolic.Int(1)
	default:
		v = b.initial(s)
	}
	b.check(s, v)
	b.values[s.Name] = v
	return v
}

// initial is the value of the default of a symbol.
func (b *binder) initial(s arch.Symbol) symbolic.Expr {
	b.visiting[s.Name] = true
	defer delete(b.visiting, s.Name)
	others := symbolic.Bindings{}
	for _, name := range s.Default.Symbols() {
		if other, ok := b.network.Symbol(name); ok {
			others[name] = b.value(other)
		} else {
			b.problems = append(b.problems, arch.Problem{Pos: s.Default.Pos, Message: fmt.Sprintf("unknown name %q in the default of %s", name, s.Name)})
		}
	}
	return s.Default.Substitute(others)
}

// check refuses a value that a symbol cannot have.
func (b *binder) check(s arch.Symbol, v symbolic.Expr) {
	if v.Err() != nil {
		b.problems = append(b.problems, arch.Problem{Pos: s.Pos, Message: fmt.Sprintf("%s: %v", s.Name, v.Err())})
		return
	}
	r, ok := v.Rational()
	if !ok || s.Fraction || r.IsInt() {
		return
	}
	text := v.Text()
	if _, isSet := b.set[s.Name]; !isSet && len(s.Default.Symbols()) > 0 {
		text = s.Default.Text() + " = " + text + b.given(s.Default.Symbols())
	}
	b.problems = append(b.problems, arch.Problem{Pos: s.Pos, Message: fmt.Sprintf("%s must be a whole number, not %s", s.Name, text)})
}

// given writes the values of the named symbols: " for L = 101".
func (b *binder) given(names []string) string { return given(b.values, names) }

func given(values symbolic.Bindings, names []string) string {
	var parts []string
	for _, name := range names {
		if v, ok := values[name]; ok {
			parts = append(parts, name+" = "+v.Text())
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " for " + strings.Join(parts, ", ")
}

// readNames lists the names that the expressions of a network with symbols read directly.
func readNames(n *arch.Network) []string {
	if len(n.Symbols) == 0 {
		return nil
	}
	seen := map[string]bool{}
	var names []string
	n.VisitExpressions(func(e arch.Expression) {
		for _, name := range e.Symbols() {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	})
	return names
}

// reachable names the symbols that some expression of the network reads: those that are read directly, and others through the
// defaults of symbols that are neither set nor free.
func reachable(n *arch.Network, read []string, set map[string]symbolic.Expr, free map[string]bool) map[string]bool {
	reached := map[string]bool{}
	var reach func(names []string)
	reach = func(names []string) {
		for _, name := range names {
			s, ok := n.Symbol(name)
			if !ok || reached[name] {
				continue
			}
			reached[name] = true
			if _, isSet := set[name]; !isSet && !free[name] {
				reach(s.Default.Symbols())
			}
		}
	}
	reach(read)
	return reached
}

// Usual are the default values of the symbols that are free in a trace.
func (t *Trace) Usual() symbolic.Bindings {
	if len(t.Free) == 0 {
		return nil
	}
	values, _ := bind(t.Network, readNames(t.Network), Options{Set: t.settings()}) // the settings were valid when the trace was made
	usual := symbolic.Bindings{}
	for _, name := range t.Free {
		usual[name] = values[name]
	}
	return usual
}
