package arch

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// LinkPattern says which earlier tensors an iteration of a repeat reads, concatenated. Layers count from 1; 0 is what
// enters the repeat.
type LinkPattern string

// The patterns, and what comes out of the repeat unless its Gather says otherwise.
//
//	dense     all earlier; all (Huang et al. 2017, arXiv:1608.06993)
//	once      only the one before; all (VoVNet, Lee et al. 2019, arXiv:1904.09730)
//	log2      those 1, 2, 4, 8 … before; next (SparseNet, Zhu et al. 2018, arXiv:1801.05895)
//	harmonic  l − 2^j for each 2^j that divides l; odd (HarDNet, Chao et al. 2019, arXiv:1909.00948)
//	window    the last so many; next
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

// reads lists what layer l reads, the latest first.
func (p LinkPattern) reads(l, window int) []int {
	var out []int
	switch p {
	case Log2Links:
		for d := 1; d <= l; d *= 2 {
			out = append(out, l-d)
		}
		return out
	case HarmonicLinks:
		for j := 0; j <= bits.TrailingZeros(uint(l)); j++ {
			out = append(out, l-1<<j)
		}
		return out
	case OnceLinks:
		window = 1
	case DenseLinks:
		window = l
	}
	for d := 1; d <= min(window, l); d++ {
		out = append(out, l-d)
	}
	return out
}

// linked writes out a repeat whose iterations read more than the one before.
func (r *resolver) linked(s Step, rep *Repeat, times symbolic.Expr, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	n, window, ok := r.linkedSizes(rep, times, in, sc)
	if !ok {
		return nil, nil, false
	}
	layers, all := []*Value{in}, in
	var nodes []Node
	for l := 1; l <= n; l++ {
		inner := sc.inner(fmt.Sprintf("%s[%d]", label, l-1))
		inner.named = len(rep.Steps) == 1
		inner.names[RepeatIndex] = symbolic.Int(int64(l - 1))
		var from []*Value
		if rep.Links == DenseLinks { // one concat that grows, for lists of all earlier layers grow as their square
			from = slices.Compact([]*Value{all, layers[l-1]})
		} else {
			from = pick(layers, rep.Links.reads(l, window))
			inner.names[LinkCount] = symbolic.Int(int64(len(from)))
		}
		start, read, ok := r.together(s, from, inner.label)
		if !ok {
			return nil, nil, false
		}
		out, made, ok := r.steps(rep.Steps, start, inner)
		if !ok {
			return nil, nil, false
		}
		nodes = append(append(nodes, read...), made...)
		layers, all = append(layers, out), start
	}
	out, read, ok := r.together(s, pick(layers, rep.gathers(n, window)), label)
	return out, append(nodes, read...), ok
}

// linkedSizes are the iterations of a repeat with links and how many of them an iteration reads at most.
func (r *resolver) linkedSizes(rep *Repeat, times symbolic.Expr, in *Value, sc *scope) (n, window int, ok bool) {
	if n, ok = upTo(MaxLinkedTimes, times); !ok {
		hint := "bind the symbols it depends on"
		if _, constant := times.Rational(); constant {
			hint = ""
		}
		r.problem(rep.Times.Pos, hint, "repeat: %s links need a number of iterations, at most %d, not %s", rep.Links, MaxLinkedTimes, times.Text())
		return 0, 0, false
	}
	if rep.Links != WindowLinks {
		return n, n, true
	}
	size, ok := r.evaluate(rep.Window, in, sc)
	if !ok || !r.wholeArgument("repeat: window", rep.Window, size, 1) {
		return 0, 0, false
	}
	if window, ok = upTo(n+1, size); ok { // what comes out may be what a further layer would read
		return n, window, true
	}
	if _, constant := size.Rational(); !constant {
		r.problem(rep.Window.Pos, "bind the symbols it depends on", "repeat: window links need a number of layers to read, not %s", size.Text())
		return 0, 0, false
	}
	return n, n + 1, true
}

// upTo is a number that is at most most.
func upTo(most int, e symbolic.Expr) (int, bool) {
	n, ok := e.Int64()
	return int(n), ok && n <= int64(most)
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
