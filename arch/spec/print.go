package spec

import (
	"bytes"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// lineWidth is where Print breaks a step into several lines.
const lineWidth = 110

// Print writes a network in canonical form: keys in their order, blocks and steps one per line where they fit, expressions
// simplified, defaults left out only where the network does not give them. Parse reads it back as the same network, but for
// places in the source; a symbol is then a fraction if one of its values is.
func Print(n *arch.Network) []byte {
	w := &writer{}
	w.line(0, "name: "+quoted(n.Name))
	if n.Source != "" {
		w.line(0, "source: "+quoted(n.Source))
	}
	w.symbols(n.Symbols)
	if len(n.Inits) > 0 {
		w.line(0, "init: "+initText(n.Inits))
	}
	if len(n.Free) > 0 {
		w.line(0, "free: "+flowList(n.Free))
	}
	w.presets(n.Presets)
	w.line(0, "input: "+flowList(formulas(n.Input)))
	if !n.Samples.IsZero() {
		w.line(0, "samples: "+formula(n.Samples))
	}
	if len(n.Blocks) > 0 {
		w.line(0, "blocks:")
		for _, b := range n.Blocks {
			w.block(b)
		}
	}
	w.line(0, "steps:")
	w.steps(1, n.Steps)
	return w.Bytes()
}

// writer writes lines of block style.
type writer struct{ bytes.Buffer }

func (w *writer) line(level int, text string) {
	w.WriteString(strings.Repeat("  ", level))
	w.WriteString(text)
	w.WriteByte('\n')
}

func (w *writer) symbols(symbols []arch.Symbol) {
	var parts []string
	for _, s := range symbols {
		parts = append(parts, s.Name+": "+formula(s.Default))
	}
	switch text := "symbols: " + flowMap(parts); {
	case len(parts) == 0:
	case fits(0, text):
		w.line(0, text)
	default:
		w.line(0, "symbols:")
		for _, p := range parts {
			w.line(1, p)
		}
	}
}

func (w *writer) presets(presets []arch.Preset) {
	if len(presets) > 0 {
		w.line(0, "presets:")
	}
	for _, p := range presets {
		var parts []string
		for _, s := range p.Set {
			parts = append(parts, s.Name+": "+formula(s.Value))
		}
		w.line(1, quoted(p.Name)+": "+flowMap(parts))
	}
}

// block writes a block on one line if it fits.
func (w *writer) block(b *arch.Block) {
	key := b.Name
	var parts []string
	for _, p := range b.Parameters {
		part := p.Name
		if p.Takes != arch.NumberParameter {
			part = string(p.Takes) + " " + p.Name
		}
		if p.Default != nil {
			part += "=" + p.Default.ASCII()
		}
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		key += "(" + strings.Join(parts, ", ") + ")"
	}
	if body := flowSteps(b.Steps); fits(1, key+": "+body) {
		w.line(1, key+": "+body)
		return
	}
	w.line(1, key+":")
	w.steps(2, b.Steps)
}

func fits(level int, text string) bool { return 2*level+len(text) <= lineWidth }
