package trace

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Past is the earlier tensors that each iteration of a loop reads, the latest first. Its values stand for several tensors of
// one shape, and only merges read them.
type Past struct {
	Before []*Value // tensors before the one that enters the first iteration, the earliest first
	Stride int64    // every Stride-th of them is read, from the latest on
	In     *Value   // in the body: those before, the input of the first iteration, and the output of each earlier iteration
	Result *Value   // behind the loop: the same with the output of the last iteration
}

// pick lists those of all tensors so far that an iteration reads, the latest first.
func (p *Past) pick(all []*Value) []*Value {
	var out []*Value
	for k := int64(len(all)) - 1; k >= 0; k -= p.Stride {
		out = append(out, all[k])
	}
	return out
}

// pastOf is the past of a loop; an empty one where each iteration only reads the one before.
func pastOf(l *Loop) *Past {
	if l.Past == nil {
		return &Past{}
	}
	return l.Past
}

// Count is how many tensors a value stands for.
func (v *Value) Count() symbolic.Expr {
	if v.Many.IsZero() {
		return symbolic.Int(1)
	}
	return v.Many
}

// Operands is how many tensors an operation reads.
func (o *Operation) Operands() symbolic.Expr {
	if len(o.Inputs) == 1 {
		return o.Inputs[0].Count()
	}
	var sum symbolic.Expr
	for _, in := range o.Inputs {
		sum = sum.Add(in.Count())
	}
	return sum
}

// gathering is the state while a repeat is closed whose iterations read a merge of all tensors so far.
type gathering struct {
	*loop
	kind   *arch.Kind
	stride int64
	nodes  []Node
	index  string
}

// gathered closes a repeat with dense links that are summed.
func (r *resolver) gathered(l *loop, spacing spacing) (*Value, []Node, bool) {
	if spacing.period > 1 {
		return nil, nil, false
	}
	g := &gathering{loop: l, kind: arch.KindByName(string(l.step.Do.(*arch.Repeat).Joins())), stride: spacing.dilation}
	close := g.close
	if spacing.block > 1 {
		close = func() (*Value, bool) { return g.blocks(symbolic.Int(spacing.block)) }
	}
	problems, assumptions, heads, enclosed := len(r.list), len(r.assumptions), len(*l.scope.outputs), l.scope.run.enclosed()
	if !g.runs(max(1, g.alone())) { // a repeat that does not run outputs its input
		r.assumptions = r.assumptions[:assumptions]
		return nil, nil, false
	}
	out, ok := close()
	if !ok {
		r.list, r.assumptions = r.list[:problems], r.assumptions[:assumptions]
		*l.scope.outputs = (*l.scope.outputs)[:heads]
		l.scope.run.reopen(enclosed)
	}
	return out, g.nodes, ok
}

// alone is how many of the first iterations read the tensor before them as it is.
func (g *gathering) alone() int64 {
	var n int64
	for n < g.stride && !g.repeat().ReadsAlone(int(n)) {
		n++
	}
	return n
}

// close runs the first iterations by themselves where they read one tensor as it is, and then all others at once.
func (g *gathering) close() (*Value, bool) {
	r := g.resolver
	start, past, first := g.in, &Past{Stride: g.stride}, g.alone()
	var written []iteration
	for i := range first {
		it, ok := g.run(start, symbolic.Int(i), fmt.Sprint(i), "")
		if !ok {
			return nil, false
		}
		g.nodes, written = append(g.nodes, it.nodes...), append(written, it)
		*g.scope.outputs = append(*g.scope.outputs, it.outputs...)
		g.scope.run.enclose(it.runs)
		past.Before, start = append(past.Before, start), it.out
	}
	r.fresh++
	g.index = fmt.Sprintf("i%s%d", madeUp, r.fresh)
	at := symbolic.Symbol(g.index)
	past.In, past.Result = r.value(g.in.Shape, nil), r.value(g.in.Shape, nil)
	past.In.Many, past.Result.Many = g.many(at.Add(symbolic.Int(first))), g.many(g.times)
	r.around = append(r.around, Span{Index: g.index, Times: g.times.Sub(symbolic.Int(first))})
	enters := r.value(g.in.Shape, nil)
	restore := r.within(g.whole, at.Add(symbolic.Int(first)))
	read, ok := g.join(g.label+"[i]", waysOf(g.repeat()), enters, past.In)
	var it iteration
	if ok {
		it, ok = g.run(read, at.Add(symbolic.Int(first)), "i", g.index)
	}
	restore()
	r.around = r.around[:len(r.around)-1]
	if !ok || !start.Shape.Equal(g.in.Shape) || !it.out.Shape.Equal(g.in.Shape) || it.out.list != nil || start.list != nil {
		return nil, false
	}
	it.in = enters
	it.nodes = append([]Node{read.Producer}, it.nodes...)
	_, nodes, _ := g.loop.loop(start, it, g.index, first, g.in.Shape, written...)
	l := nodes[0].(*Loop)
	l.Past = past
	out, ok := g.join(g.label, 1, l.Result, past.Result)
	g.nodes = append(append(g.nodes, nodes...), maker(out, ok)...)
	return out, ok
}

// repeat is the repeat, which says how layers are read.
func (g *gathering) repeat() *arch.Repeat { return g.step.Do.(*arch.Repeat) }

// join sums tensors, in one way or several side by side. Latest is the last of them, which the sum is at initialisation where its
// numbers are learned from there.
func (g *gathering) join(label string, ways int64, latest *Value, values ...*Value) (*Value, bool) {
	r := g.resolver
	defer r.recomputing(recomputeIf(g.repeat().Recompute))()
	out, ok := r.operation(g.kind, joining(g.kind, ways), values, g.step.Pos, join(label, "links"))
	if ok && g.repeat().BeginsAsLatest() {
		out.Producer.Initial = &Initial{Of: latest}
	}
	return out, ok
}

// many is how many tensors are read, every stride-th, where so many stand before the latest.
func (g *gathering) many(before symbolic.Expr) symbolic.Expr {
	return symbolic.FloorDiv(before, symbolic.Int(g.stride)).Add(symbolic.Int(1))
}

// blocks closes a repeat of blocks of a number of layers: a loop of blocks, whose layers read the sums of earlier blocks, and
// later layers also the sum of earlier ones in the block.
func (g *gathering) blocks(size symbolic.Expr) (*Value, bool) {
	r, count := g.resolver, g.times.Div(size)
	if g.in.list != nil || g.alone() > 0 { // a checkpoint keeps the parts of a list; the first mean is of one tensor, and is none
		return nil, false
	}
	if _, constant := count.Rational(); constant && !count.IsWhole() || !constant && !r.assumeWhole(count) {
		return nil, false
	}
	r.fresh += 2
	outer, inner := fmt.Sprintf("i%s%d", madeUp, r.fresh-1), fmt.Sprintf("i%s%d", madeUp, r.fresh)
	block, one := symbolic.Symbol(outer), symbolic.Int(1)
	shape := g.in.Shape
	past := &Past{Stride: 1, In: r.value(shape, nil), Result: r.value(shape, nil)}
	past.In.Many, past.Result.Many = block.Add(one), count.Add(one)
	n := &Loop{Name: g.label, Times: count, Index: outer, Start: g.in, In: r.value(shape, nil), Past: past, Blocks: true, Iteration: r.iteration, Pos: g.step.Pos}
	rest := &Loop{Name: g.label + "[i].rest", Times: size.Sub(one), Index: inner, In: r.value(shape, nil), Iteration: r.iteration, Pos: g.step.Pos}
	r.around = append(r.around, Span{Index: outer, Times: count})
	defer func() { r.around = r.around[:len(r.around)-1] }()
	first, ok := g.layer(g.loop, block.Mul(size), n.In, past.In)
	if !ok {
		return nil, false
	}
	later := *g.loop
	later.label = rest.Name
	r.around = append(r.around, Span{Index: inner, Times: rest.Times})
	i := block.Mul(size).Add(symbolic.Symbol(inner)).Add(one)
	next, ok := g.layer(&later, i, rest.In, rest.In, past.In)
	r.around = r.around[:len(r.around)-1]
	if !ok {
		return nil, false
	}
	restore, leave := r.recomputing(recomputeIf(g.repeat().Recompute)), r.within(g.whole, i)
	sum, ok := r.operation(arch.Add.Kind(), arch.Args{}, []*Value{rest.In, next.out}, g.step.Pos, join(rest.Name+"[i]", "sum"))
	leave()
	restore()
	if !ok {
		return nil, false
	}
	rest.Start, rest.Body, rest.Out, rest.Outputs, rest.Result = first.out, append(next.nodes, sum.Producer), sum, next.outputs, r.value(shape, nil)
	g.scope.run.enclose(first.runs)
	g.scope.run.close(outer, next.runs)
	n.Body, n.Out, n.Outputs, n.Result = append(first.nodes, rest), rest.Result, first.outputs, r.value(shape, nil)
	out, ok := g.join(g.label, 1, n.Result, past.Result)
	g.nodes = append([]Node{n}, maker(out, ok)...)
	return out, ok
}

// layer runs the body on the merge of the tensors that it reads. Named tensors in it cannot be read elsewhere.
func (g *gathering) layer(l *loop, i symbolic.Expr, latest *Value, reads ...*Value) (iteration, bool) {
	defer l.resolver.within(g.whole, i)()
	read, ok := g.join(l.label+"[i]", waysOf(g.repeat()), latest, reads...)
	if !ok {
		return iteration{}, false
	}
	it, ok := l.run(read, i, "i", "#")
	it.nodes = append([]Node{read.Producer}, it.nodes...)
	return it, ok && it.out.Shape.Equal(g.in.Shape) && it.out.list == nil && len(it.taps) == 0
}
