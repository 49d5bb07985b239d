package spec

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// symbolTable reads the symbols and their defaults. Which of them are fractions must be known before any expression is read,
// and depends on the presets too.
func (r *reader) symbolTable(n *node) {
	if n.kind == empty {
		return
	}
	if n.kind != mapping {
		r.problem(n.pos, "as in {L: 10, N: 100}", `"symbols" is a map from names to defaults, not %s`, n.kind)
		r.unread = true
		return
	}
	if len(n.pairs) > MaxNames {
		r.problem(n.pos, "", "more than %d symbols", MaxNames)
		r.unread = true
		return
	}
	for _, p := range n.pairs {
		if r.newName("a symbol", p.key.text, p.key.pos) {
			r.symbols = append(r.symbols, spelled(p.key.text))
		} else {
			r.unread = true
		}
	}
	r.fractions = r.fractional(n)
	sc := &scope{any: r.unread, names: r.symbols, fractions: r.fractions}
	for _, p := range n.pairs {
		if p.value.kind == empty {
			r.problem(p.key.pos, "a default is a number, or an expression of other symbols", "the symbol %s has no default", p.key.text)
			continue
		}
		e, _ := r.expression(p.value, sc)
		r.network.Symbols = append(r.network.Symbols, arch.Symbol{
			Name: spelled(p.key.text), Default: e, Fraction: slices.Contains(r.fractions, spelled(p.key.text)), Pos: p.key.pos,
		})
	}
}

// fractional names the symbols that are a fraction by default or in some preset.
func (r *reader) fractional(symbols *node) []string {
	var names []string
	for _, settings := range append([]*node{symbols}, r.settings...) {
		for _, p := range settings.pairs {
			if p.value.kind == scalar && isFraction(p.value.text) && !slices.Contains(names, spelled(p.key.text)) {
				names = append(names, spelled(p.key.text))
			}
		}
	}
	return names
}

func isFraction(text string) bool {
	e, err := symbolic.Parse(text)
	if err != nil {
		return false
	}
	q, ok := e.Rational()
	return ok && !q.IsInt()
}

// free reads the symbols that closed formulas leave free.
func (r *reader) free(n *node) {
	if n.kind == empty {
		return
	}
	if n.kind != list {
		r.problem(n.pos, "as in [L, N]", `"free" is a list of symbols, not %s`, n.kind)
		return
	}
	for _, item := range n.items {
		switch {
		case item.kind != scalar || !slices.Contains(r.symbols, spelled(item.text)):
			r.unknownSymbol(item)
		case slices.Contains(r.network.Free, spelled(item.text)):
			r.problem(item.pos, "", "%q is listed twice", item.text)
		default:
			r.network.Free = append(r.network.Free, spelled(item.text))
		}
	}
}

func (r *reader) unknownSymbol(n *node) {
	if n.kind != scalar {
		r.problem(n.pos, "", "the name of a symbol is needed here, not %s", n.kind)
		return
	}
	otherwise := "the file declares no symbols"
	if len(r.symbols) > 0 {
		otherwise = choose.List("the symbols are", r.symbols)
	}
	r.problem(n.pos, r.nearest(n.text, r.symbols, otherwise), "no symbol is named %q", n.text)
}

// presets reads the members of the family.
func (r *reader) presets(n *node) {
	if n.kind == empty {
		return
	}
	if n.kind != mapping {
		r.problem(n.pos, "as in {small: {L: 10}, large: {L: 100}}", `"presets" is a map from names to settings, not %s`, n.kind)
		return
	}
	for _, p := range n.pairs {
		if p.value.kind != mapping {
			r.problem(p.value.pos, "as in {L: 10}", "a preset is a map from symbols to numbers, not %s", p.value.kind)
			continue
		}
		if p.key.text == "" || p.key.text != oneLine(p.key.text) {
			r.problem(p.key.pos, "", "%q cannot be the name of a preset", p.key.text)
		}
		r.network.Presets = append(r.network.Presets, r.preset(p))
	}
}

func (r *reader) preset(p pair) arch.Preset {
	preset := arch.Preset{Name: p.key.text, Pos: p.key.pos}
	for _, s := range p.value.pairs {
		if !slices.Contains(r.symbols, spelled(s.key.text)) {
			r.unknownSymbol(s.key)
			continue
		}
		e, ok := r.expression(s.value, &scope{any: r.unread, names: r.symbols, fractions: r.fractions})
		if _, number := e.Rational(); ok && !number {
			r.problem(e.Pos, "what follows from other symbols is the default of a symbol", "a preset gives numbers, not formulas")
		}
		preset.Set = append(preset.Set, arch.Setting{Name: spelled(s.key.text), Value: e, Pos: s.key.pos})
	}
	return preset
}
