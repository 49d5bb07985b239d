package spec

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// reader turns nodes into a network. It goes on after a problem, so that one run finds several.
type reader struct {
	*problems
	network   *arch.Network
	settings  []*node          // of the presets
	symbols   []string         // in the order of the file
	fractions []string         // those that need not be whole
	budget    *symbolic.Budget // of all expressions together
	unread    bool             // some symbol could not be read, so that any unknown name may be that symbol
	noBlocks  bool             // the blocks could not be read, so that any unknown layer may be one
	block     string           // name of the block whose steps are being read; empty outside of blocks
	known     map[string]*arch.Block
	named     map[string]arch.Pos // tensors that some list has named so far
	missing   map[missing]bool    // unknown names that have been reported
	broken    map[string]bool     // blocks whose parameters could not be read
	uses      map[string][]use    // of blocks inside blocks
}

func newReader(p *problems, budget *symbolic.Budget) *reader {
	return &reader{
		problems: p, network: &arch.Network{File: p.file},
		named: map[string]arch.Pos{}, missing: map[missing]bool{},
		budget: budget, known: map[string]*arch.Block{}, broken: map[string]bool{}, uses: map[string][]use{},
	}
}

// missing is an unknown name, and the block in which it stands.
type missing struct{ what, name, block string }

// absent reports an unknown name once in each block: further uses have the same reason.
func (r *reader) absent(what, name string, pos arch.Pos, hint string) {
	m := missing{what, spelled(name), r.block}
	if !r.missing[m] {
		r.problem(pos, hint, what+" %q", name)
	}
	r.missing[m] = true
}

// read reads the whole document.
func (r *reader) read(root *node) {
	if root.kind != mapping {
		if root.kind == empty {
			r.nothingThere()
			return
		}
		r.problem(root.pos, `a network is a map with the keys "name", "input" and "steps", among others`, "a network cannot be %s", root.kind)
		return
	}
	r.unique(root, root.get("blocks"))
	if presets := root.get("presets"); presets != nil {
		for _, p := range presets.pairs {
			r.settings = append(r.settings, p.value)
		}
	}
	meant := r.onlyTopKeys(root)
	for _, k := range topKeys() {
		value := root.get(k.name)
		switch {
		case value != nil && (value.kind != empty || !k.required):
			k.read(r, value)
		case value != nil:
			r.problem(value.pos, "", "%q has no value", k.name)
		case slices.Contains(meant, k.name):
		case k.required:
			r.problem(root.pos, k.doc, "a network needs %q", k.name)
		default:
			k.read(r, &node{})
		}
	}
	r.cycles()
}

// onlyTopKeys reports keys that no file has, and lists those that they seem to stand for.
func (r *reader) onlyTopKeys(root *node) (meant []string) {
	known := topKeyNames()
	for _, p := range root.pairs {
		if slices.Contains(known, p.key.text) {
			continue
		}
		here, hint := arch.ForeignKey(p.key.text, known)
		if hint == "" {
			here, hint = choose.Nearest(p.key.text, known), r.nearest(p.key.text, known, choose.List("the keys are", known))
		}
		meant = append(meant, here)
		r.problem(p.key.pos, hint, "unknown key %q", p.key.text)
	}
	return meant
}

// topKey is a key at the top of a file.
type topKey struct {
	name     string
	doc      string
	required bool
	read     func(*reader, *node)
	schema   func() object // of its value
}

// topKeys lists the keys in the order in which they are read, documented and printed.
func topKeys() []topKey {
	return []topKey{
		{"name", "what the network is called", true, func(r *reader, n *node) { r.network.Name = r.text("name", n) }, textSchema},
		{"source", "where it is defined: paper and section, or model card", false, (*reader).source, textSchema},
		{"symbols", "its symbols with their defaults, as in {L: 10, N: 100}", false, (*reader).symbolTable, settingsSchema},
		{"free", "the symbols that closed formulas leave free; all unless said", false, (*reader).free, func() object { return listSchema(textSchema()) }},
		{"presets", "members of the family by name, each a map from symbol to number", false, (*reader).presets, func() object { return mapSchema(settingsSchema()) }},
		{"input", "the shape that comes in: width, then up to three extents, as in [3, 32, 32]", true, (*reader).input, inputSchema},
		{"samples", "how many samples the input carries along its first axis, as networks read from a graph may; 1 unless said", false, (*reader).samples, func() object { return object{"anyOf": []object{ref("expression")}} }},
		{"init", "how large the weights are at first: he, lecun, xavier, torch, he-out, std and a deviation, or a gain; or a map from layers to these", false, (*reader).inits, initSchema},
		{"blocks", "steps with a name and parameters, to be used like layers", false, (*reader).blocks, func() object { return mapSchema(ref("steps")) }},
		{"steps", "what happens to the input, one step after the other", true, (*reader).topSteps, func() object { return ref("steps") }},
	}
}

func topKeyNames() []string {
	var names []string
	for _, k := range topKeys() {
		names = append(names, k.name)
	}
	return names
}

// unique refuses keys that occur twice in a map or in a map inside it. The keys of blocks carry parameters and are checked
// where they are read.
func (r *reader) unique(n, blocks *node) {
	for _, item := range n.items {
		r.unique(item, blocks)
	}
	seen := map[string]arch.Pos{}
	for _, p := range n.pairs {
		r.unique(p.value, blocks)
		if n == blocks {
			continue
		}
		name := spelled(p.key.text)
		if first, twice := seen[name]; twice {
			r.problem(p.key.pos, "", "%q is given twice, first in line %d", p.key.text, first.Line)
			continue
		}
		seen[name] = p.key.pos
	}
}

// text reads a line of text.
func (r *reader) text(key string, n *node) string {
	if n.kind != scalar {
		r.problem(n.pos, "", "%q is a text, not %s", key, n.kind)
		return ""
	}
	text := oneLine(n.text)
	if text == "" {
		r.problem(n.pos, "", "%q is empty", key)
	}
	return text
}

func (r *reader) source(n *node) {
	if n.kind != empty {
		r.network.Source = r.text("source", n)
	}
}

// input reads the shape of the input.
func (r *reader) input(n *node) {
	if n.kind != list || len(n.items) == 0 || len(n.items) > arch.MaxExtents+1 {
		r.problem(n.pos, "as in [3, 32, 32], or [100] for a plain vector", "input is a list: the width, then at most %d extents", arch.MaxExtents)
		return
	}
	sc := &scope{any: r.unread, names: r.symbols, fractions: r.fractions}
	for _, item := range n.items {
		e, _ := r.expression(item, sc)
		r.network.Input = append(r.network.Input, e)
	}
}

// samples reads how many samples the input carries.
func (r *reader) samples(n *node) {
	if n.kind != empty {
		r.network.Samples, _ = r.expression(n, &scope{any: r.unread, names: r.symbols, fractions: r.fractions})
	}
}

func (r *reader) topSteps(n *node) {
	if n.kind == list && len(n.items) == 0 {
		r.problem(n.pos, "", "a network needs at least one step")
		return
	}
	sc := &scope{any: r.unread, names: r.symbols, fractions: r.fractions, width: true, taps: map[string]bool{}, mirrored: map[string]bool{}}
	r.network.Steps = r.steps(n, sc)
}
