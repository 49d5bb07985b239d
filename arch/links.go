package arch

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// LinkPattern says which earlier tensors an iteration of a repeat reads, concatenated. Layers count from 1; 0 is what
// enters the repeat.
type LinkPattern string

// The patterns. What comes out of the repeat is named behind each.
//
//	dense     all earlier; all (Huang et al. 2017, arXiv:1608.06993)
//	once      only the one before; what entered and all layers (VoVNet, Lee et al. 2019, arXiv:1904.09730)
//	log2      those 1, 2, 4, 8 … before; the same behind the last layer (SparseNet, Zhu et al. 2018, arXiv:1801.05895)
//	harmonic  l − 2^j for each 2^j that divides l; the last layer and all odd ones (HarDNet, Chao et al. 2019, arXiv:1909.00948)
//	window    the last so many; the same behind the last layer
const (
	DenseLinks    LinkPattern = "dense"
	OnceLinks     LinkPattern = "once"
	Log2Links     LinkPattern = "log2"
	HarmonicLinks LinkPattern = "harmonic"
	WindowLinks   LinkPattern = "window"
)

// LinkPatterns lists them in the order documentation shows them.
func LinkPatterns() []LinkPattern {
	return []LinkPattern{DenseLinks, OnceLinks, Log2Links, HarmonicLinks, WindowLinks}
}

// LinkCount is the name by which the steps of a linked repeat know how many tensors they read.
const LinkCount = "links"

// MaxLinkedTimes bounds the iterations of a repeat with links, which are always written out.
const MaxLinkedTimes = 10_000

// reads lists what layer l reads, the latest first. Dense links are no list but one concat that grows.
func (p LinkPattern) reads(l, window int) []int {
	var out []int
	switch p {
	case OnceLinks:
		return []int{l - 1}
	case Log2Links:
		for d := 1; d <= l; d *= 2 {
			out = append(out, l-d)
		}
	case HarmonicLinks:
		for j := 0; j <= bits.TrailingZeros(uint(l)); j++ {
			out = append(out, l-1<<j)
		}
	case WindowLinks:
		for d := 1; d <= min(window, l); d++ {
			out = append(out, l-d)
		}
	}
	return out
}

// gathers lists what comes out of a repeat of n layers.
func (p LinkPattern) gathers(n, window int) []int {
	switch p {
	case HarmonicLinks:
		out := []int{n}
		for k := 1; k < n; k += 2 {
			out = append(out, k)
		}
		return out
	case OnceLinks:
		out := make([]int, n+1)
		for k := range out {
			out[k] = k
		}
		return out
	}
	return p.reads(n+1, window)
}

// linked runs a repeat whose iterations read more than the one before.
func (r *resolver) linked(s Step, rep *Repeat, times symbolic.Expr, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	n, small := times.Int64()
	if !small || n > MaxLinkedTimes {
		hint := "bind the symbols it depends on"
		if small {
			hint = ""
		}
		r.problem(rep.Times.Pos, hint, "repeat: links need a number of iterations, at most %d, not %s", MaxLinkedTimes, times.Text())
		return nil, nil, false
	}
	window := 0
	if rep.Links == WindowLinks {
		v, ok := r.evaluate(rep.Window, in, sc)
		if !ok || !r.wholeArgument("repeat: window", rep.Window, v, 1) {
			return nil, nil, false
		}
		w, fits := v.Int64()
		if !fits || w > MaxLinkedTimes {
			w = MaxLinkedTimes
		}
		window = int(w)
	}
	layers := []*Value{in}
	var nodes []Node
	for l := 1; l <= int(n); l++ {
		from := rep.Links.reads(l, window)
		inner := sc.inner(fmt.Sprintf("%s[%d]", label, l-1))
		inner.names[RepeatIndex], inner.names[LinkCount] = symbolic.Int(int64(l-1)), symbolic.Int(int64(len(from)))
		inner.named = len(rep.Steps) == 1
		start, read, ok := r.together(s, pick(layers, from), inner.label)
		if !ok {
			return nil, nil, false
		}
		out, made, ok := r.steps(rep.Steps, start, inner)
		if !ok {
			return nil, nil, false
		}
		nodes = append(append(nodes, read...), made...)
		layers = append(layers, out)
	}
	out, read, ok := r.together(s, pick(layers, rep.Links.gathers(int(n), window)), label)
	return out, append(nodes, read...), ok
}

// together concatenates tensors; one alone is itself.
func (r *resolver) together(s Step, values []*Value, label string) (*Value, []Node, bool) {
	if len(values) == 1 {
		return values[0], nil, true
	}
	if !r.meet(s.Pos, Concat, values) {
		return nil, nil, false
	}
	return r.operation(KindByName(string(Concat)), Args{}, values, s.Pos, join(label, "links"))
}

func pick(values []*Value, at []int) []*Value {
	out := make([]*Value, len(at))
	for k, i := range at {
		out[k] = values[i]
	}
	return out
}

// ParseLinks returns the named pattern.
func ParseLinks(name string) (LinkPattern, error) {
	var names []string
	for _, p := range LinkPatterns() {
		if string(p) == name {
			return p, nil
		}
		names = append(names, string(p))
	}
	if near := Nearest(name, names); near != "" {
		return "", fmt.Errorf("unknown links %q, did you mean %s?", name, near)
	}
	return "", fmt.Errorf("unknown links %q, known are %s", name, strings.Join(names, ", "))
}
