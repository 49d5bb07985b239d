package trace

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// linked closes a repeat whose iterations read more than the one before, or writes it out.
func (r *resolver) linked(s arch.Step, rep *arch.Repeat, times symbolic.Expr, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	apart, ok := r.spacing(rep, in, sc)
	if !ok {
		return nil, nil, false
	}
	if once := times.Equal(symbolic.Int(1)); rep.Links == arch.DenseLinks && rep.SumsLayers() && !r.unroll && !once {
		first := r.first
		l := r.loop(s, rep.Steps, times, in, sc, label)
		if out, nodes, ok := r.gathered(l, apart); ok || r.apart != nil {
			return out, nodes, ok
		}
		r.first = first
	}
	n, window, ok := r.linkedSizes(rep, times, in, sc)
	if !ok {
		return nil, nil, false
	}
	of := &loop{step: s, scope: sc, times: times}
	w := &linking{resolver: r, step: s, repeat: rep, of: of, scope: sc, label: label, spacing: apart, window: window, layers: []*Value{in}, all: in}
	whole := &Outermost{Name: label, Times: times}
	for l := 1; l <= n; l++ {
		restore := r.within(whole, symbolic.Int(int64(l-1)))
		ok := w.layer(l)
		restore()
		if !ok {
			return nil, nil, false
		}
	}
	of.remember(w.made, nil, nil)
	from := pick(w.layers, rep.Gathered(n, window))
	if rep.SumsLayers() {
		from = w.reads(n)
	}
	out, read, ok := w.together(from, n, label, 1)
	return out, append(w.nodes, read...), ok
}

// spacing says which layers are read by dense links that are summed: every dilation-th, behind every period-th layer, in sums
// of block layers.
type spacing struct{ dilation, period, block int64 }

// spacing evaluates the spacing of a repeat.
func (r *resolver) spacing(rep *arch.Repeat, in *Value, sc *scope) (spacing, bool) {
	out := spacing{1, 1, 1}
	for _, one := range []struct {
		name string
		of   *arch.Expression
		into *int64
	}{{"dilation", rep.Dilation, &out.dilation}, {"period", rep.Period, &out.period}, {"block", rep.Block, &out.block}} {
		if one.of == nil {
			continue
		}
		v, ok := r.evaluate(*one.of, in, sc)
		if !ok || !r.wholeArgument("repeat: "+one.name, *one.of, v, 1) {
			return out, false
		}
		n, is := v.Int64()
		if !is {
			r.needs.counts = note(r.needs.counts, v)
			r.problem(one.of.Pos, "bind the symbols it depends on", "repeat: %s must be a number, not %s", one.name, v.Text())
			return out, false
		}
		*one.into = n
	}
	return out, true
}

// linking is a repeat with links that is written out.
type linking struct {
	*resolver
	step   arch.Step
	repeat *arch.Repeat
	of     *loop // for names, which later repeats mirror and which mirror those of earlier ones
	scope  *scope
	label  string
	spacing
	window int
	layers []*Value // the input of the repeat, and the output of each layer
	all    *Value   // the one concat that grows, where all layers are read
	blocks []*Value // the input of the repeat, and the sum of each complete block
	sum    *Value   // sum of the layers of the current block; nil before its first one
	nodes  []Node
	made   []iteration
}

// layer runs the l-th iteration, from 1 on.
func (w *linking) layer(l int) bool {
	inner := w.scope.inner(fmt.Sprintf("%s[%d]", w.label, l-1))
	inner.named = len(w.repeat.Steps) == 1
	index := symbolic.Int(int64(l - 1))
	inner.turn = &turn{loop: w.of, index: index}
	inner.bind(arch.RepeatIndex, index)
	var from []*Value
	switch {
	case w.repeat.SumsLayers() && w.repeat.Links == arch.DenseLinks:
		from = w.reads(l - 1)
	case w.repeat.Links == arch.DenseLinks: // one growing concat, as lists of all earlier layers would take quadratic work
		from = []*Value{w.all}
		if l > 1 {
			from = append(from, w.layers[l-1])
		}
	default:
		from = pick(w.layers, w.repeat.Links.Reads(l, w.window))
		inner.bind(arch.LinkCount, symbolic.Int(int64(len(from))))
	}
	start, read, ok := w.together(from, l-1, inner.label, waysOf(w.repeat))
	if !ok {
		return false
	}
	whole := start
	start, parts, ok := w.parted(w.repeat, whole, w.layers[0].Shape, w.step.Pos, inner)
	if !ok {
		return false
	}
	out, made, ok := w.steps(w.repeat.Steps, start, inner)
	w.scope.run.enclose(inner.runs)
	if !ok {
		return false
	}
	unnamed(w.repeat, inner)
	read = append(read, parts...)
	w.nodes, w.made = append(append(w.nodes, read...), made...), append(w.made, iteration{taps: inner.taps})
	w.layers, w.all = append(w.layers, out), whole
	return w.add(l, out, inner.label)
}

// reads lists the tensors that are summed behind a number of layers, the latest first.
func (w *linking) reads(layers int) []*Value {
	switch {
	case w.repeat.Links != arch.DenseLinks:
		return pick(w.layers, w.repeat.Links.Reads(layers+1, w.window))
	case w.block > 1:
		all := slices.Clone(w.blocks)
		if len(all) == 0 {
			all = []*Value{w.layers[0]}
		}
		if w.sum != nil {
			all = append(all, w.sum)
		}
		slices.Reverse(all)
		return all
	case int64(layers)%w.period != 0:
		return w.layers[layers:]
	}
	return (&Past{Stride: w.dilation}).pick(w.layers)
}

// add adds the output of a layer to the sum of its block.
func (w *linking) add(l int, out *Value, label string) bool {
	if w.block == 1 {
		return true
	}
	if w.sum == nil {
		w.sum = out
	} else {
		defer w.recomputing(recomputeIf(w.repeat.Recompute))()
		kind := arch.Add.Kind()
		ends := []*Value{w.sum, out}
		if !w.meet(w.step.Pos, kind, ends, false) {
			return false
		}
		sum, ok := w.operation(kind, arch.Args{}, ends, w.step.Pos, join(label, "sum"))
		if !ok {
			return false
		}
		w.sum, w.nodes = sum, append(w.nodes, sum.Producer)
	}
	if int64(l)%w.block == 0 {
		if len(w.blocks) == 0 {
			w.blocks = w.layers[:1:1]
		}
		w.blocks, w.sum = append(w.blocks, w.sum), nil
	}
	return true
}

// together joins tensors behind a number of layers, in a number of ways; a single one stays itself, unless it is weighted.
func (w *linking) together(values []*Value, layers int, label string, ways int64) (*Value, []Node, bool) {
	period := int64(layers)%w.period == 0
	if len(values) == 1 && !(w.repeat.ReadsAlone(layers) && period) {
		return values[0], nil, true
	}
	defer w.recomputing(recomputeIf(w.repeat.Recompute))()
	kind := w.repeat.Joins().Kind()
	if !w.meet(w.step.Pos, kind, values, false) {
		return nil, nil, false
	}
	out, ok := w.operation(kind, joining(kind, ways), values, w.step.Pos, join(label, "links"))
	if ok && w.repeat.BeginsAsLatest() {
		out.Producer.Initial = &Initial{Of: slices.MaxFunc(values, func(a, b *Value) int { return cmp.Compare(a.ID, b.ID) })}
	}
	return out, maker(out, ok), ok
}

// linkedSizes are the number of iterations of a repeat with links, and how many tensors an iteration reads at most.
func (r *resolver) linkedSizes(rep *arch.Repeat, times symbolic.Expr, in *Value, sc *scope) (n, window int, ok bool) {
	if n, ok = upTo(arch.MaxLinkedTimes, times); !ok {
		hint := "bind the symbols it depends on"
		if _, constant := times.Rational(); constant {
			hint = ""
		}
		r.needs.counts = note(r.needs.counts, times)
		r.problem(rep.Times.Pos, hint, "repeat: %s links need a number of iterations, at most %d, not %s", rep.Links, arch.MaxLinkedTimes, times.Text())
		return 0, 0, false
	}
	if rep.Links != arch.WindowLinks {
		return n, n, true
	}
	size, ok := r.evaluate(rep.Window, in, sc)
	if !ok || !r.wholeArgument("repeat: window", rep.Window, size, 1) {
		return 0, 0, false
	}
	if window, ok = upTo(n+1, size); ok { // the output may be the tensors that a further layer would read
		return n, window, true
	}
	if _, constant := size.Rational(); !constant {
		r.needs.counts = note(r.needs.counts, size)
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

func pick(values []*Value, at []int) []*Value {
	out := make([]*Value, len(at))
	for k, i := range at {
		out[k] = values[i]
	}
	return out
}
