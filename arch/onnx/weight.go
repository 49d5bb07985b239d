package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// A weight is a learned tensor. However often it is used it counts once.
type weight struct {
	name     string
	elements symbolic.Expr
	constant bool // not learned, though its elements are not known: what exporters compute beforehand
	filled   bool // the file has one value in place of its elements: it is learned where a layer has it for a weight

	parts []*weight          // of which it is computed, if these are several
	apart bool               // its elements are not those of its parts, each of which counts by itself
	whole *weight            // of which it is cut
	cuts  map[string]*weight // what is cut of it, by place

	used  bool // it counts
	cut   bool // something that is cut of it counts
	owner user // the layer where it counts
}

// user is a layer that uses a weight, and how: as a tensor of which dimensions.
type user struct {
	name string
	kind *arch.Kind
	dims []symbolic.Expr
}

// like reports whether two layers use a weight alike, so that one may name the other as its owner.
func (u user) like(owner user) bool {
	return u.kind.SharesWith(owner.kind) && (!u.kind.WeightLayer() || arch.SameExtents(u.dims, owner.dims))
}

// learned is the weight of a tensor that is learned; nil if it is not.
func (it *item) learned() *weight {
	if it == nil || it.weight == nil || it.weight.constant {
		return nil
	}
	return it.weight
}

// of is the piece of a weight at a place.
func (w *weight) of(place string, elements symbolic.Expr) *weight {
	if elements.Equal(w.elements) {
		return w
	}
	if w.cuts == nil {
		w.cuts = map[string]*weight{}
	}
	if w.cuts[place] == nil {
		w.cuts[place] = &weight{name: w.name, elements: elements, whole: w}
	}
	return w.cuts[place]
}

// counted reports whether a weight has been counted: itself, all its parts, or the weight that it is a piece of.
func (w *weight) counted() bool {
	for at := w; at != nil; at = at.whole {
		if at.used {
			return true
		}
	}
	for _, part := range w.parts {
		if !part.used {
			return false
		}
	}
	return len(w.parts) > 0
}

// use counts a weight for a layer, and returns the layer that it was counted for before; empty if there is none. A tensor that
// is not learned is not counted.
func (w *weight) use(layer user) string {
	if w == nil {
		return elsewhere
	}
	before := w.countedFor(layer)
	if w.used {
		return before
	}
	w.used, w.owner = true, layer
	for _, part := range w.parts {
		part.use(layer)
	}
	for at := w.whole; at != nil; at = at.whole {
		at.cut = true
	}
	return before
}

// elsewhere stands for an owner that cannot be named: that of weights put together from those of several layers, of a piece of
// the weights of one, or of the same in another shape.
const elsewhere = "true"

// countedFor is the layer that a weight counts for when another one uses it; empty if there is none yet.
func (w *weight) countedFor(layer user) string {
	switch {
	case w.used && layer.like(w.owner):
		return w.owner.name
	case w.counted():
		return elsewhere
	}
	return ""
}

// halfCounted reports whether only a part of a weight has been counted.
func (w *weight) halfCounted() bool {
	if w.counted() {
		return false
	}
	return w.cut || slices.ContainsFunc(w.parts, func(part *weight) bool { return part.counted() || part.cut })
}

// weighted adds a layer that has weights. Weights that another layer has had count nothing, and neither do those that are
// computed from the data or are not learned.
func (c *call) weighted(kind string, args map[string]arch.Argument, in *trace.Value, weights ...*item) (*trace.Value, error) {
	of, name := arch.KindByName(kind), c.unique(c.prefix+c.node.Label())
	before := make([]string, len(weights))
	if err := c.countComputed(weights); err != nil {
		return nil, err
	}
	for k, w := range weights {
		learned := w.learned()
		if learned != nil && learned.halfCounted() {
			c.note(fmt.Sprintf("some of %s counts twice: it is used in parts and as a whole", readable(learned.name)))
		}
		before[k] = learned.use(user{name, of, w.shape()})
	}
	c.learns(of, name, weights, before)
	owner := ""
	if len(weights) > 0 && weights[0] != nil {
		owner = before[0]
	}
	return c.build.Layer(name, &arch.Layer{Kind: of, Args: sharing(args, owner)}, in)
}

// biased is weighted for layers that may have a bias. A bias of its own behind weights of another layer, or the other way
// round, is a layer of its own.
func (c *call) biased(kind string, args map[string]arch.Argument, in *trace.Value, weights, bias *item) (*trace.Value, error) {
	args["bias"] = whole(boolInt(bias != nil))
	if err := c.countApart(weights.learned()); err != nil {
		return nil, err
	}
	if bias == nil || bias.counts() == weights.counts() {
		return c.weighted(kind, args, in, weights, bias)
	}
	args["bias"] = whole(0)
	out, err := c.weighted(kind, args, in, weights)
	if err != nil {
		return nil, err
	}
	return c.weighted("shift", map[string]arch.Argument{"values": numbers(bias.elements())}, out, bias)
}

// counts reports whether a tensor would add to the parameters if a layer used it now.
func (it *item) counts() bool { return it.learned() != nil && !it.weight.counted() }

// sharing adds to arguments the layer for which the weights count, if it is another one.
func sharing(args map[string]arch.Argument, owner string) map[string]arch.Argument {
	if owner == "" {
		return args
	}
	if args == nil {
		args = map[string]arch.Argument{}
	}
	args["shared"] = word(owner)
	if owner == elsewhere {
		args["shared"] = whole(1)
	}
	return args
}

// madeOf is the weights that a tensor computed from learned and constant ones counts as.
func (c *call) madeOf(out *item) *weight {
	parts := c.learnedInputs()
	switch {
	case len(parts) == 0:
		return &weight{name: c.node.Label(), elements: out.elements(), constant: true}
	case len(parts) == 1:
		return parts[0]
	}
	made := &weight{name: c.node.Label(), elements: out.elements(), parts: parts}
	sum := symbolic.Int(0)
	for _, part := range parts {
		sum = sum.Add(part.elements)
	}
	made.apart = !sum.Equal(made.elements)
	return made
}

// countComputed counts what the weights of a layer are computed from, if these are not as many as they are. A layer of several
// weights counts as these are, and a note says so.
func (c *call) countComputed(weights []*item) error {
	weights = slices.DeleteFunc(slices.Clone(weights), func(it *item) bool { return it.learned() == nil })
	if len(weights) == 1 {
		return c.countApart(weights[0].learned())
	}
	for _, it := range weights {
		if it.counts() && it.weight.apart {
			c.note(fmt.Sprintf("%s is computed from several weights; those that its own size does not count are left out", readable(it.weight.name)))
		}
	}
	return nil
}

// countApart counts the parts of a weight whose own size says nothing of them: a matrix of low rank has fewer elements than it
// has places, and one over its norm, times a learned length, more.
func (t *translator) countApart(w *weight) error {
	if w == nil || !w.apart {
		return nil
	}
	for _, part := range w.parts {
		if part.counted() {
			continue
		}
		if _, err := t.materialized(&item{dims: []symbolic.Expr{part.elements}, weight: part}); err != nil {
			return err
		}
	}
	return nil
}

// learnedInputs lists the weights that a node reads and of which it keeps learned values.
func (c *call) learnedInputs() []*weight {
	o, in := c.node.operator, c.in
	if o.integers {
		c.learnIntegers(c.input(0))
	}
	switch o.learned {
	case keepsNothing:
		return nil
	case keepsFirst:
		in = in[:min(1, len(in))]
	case keepsChosen:
		in = in[min(1, len(in)):]
	}
	var parts []*weight
	for _, it := range in {
		if w := it.learned(); w != nil && !slices.Contains(parts, w) {
			parts = append(parts, w)
		}
	}
	return parts
}

// learnIntegers makes a tensor learned that a quantized layer reads: a bias has 32 bits.
func (c *call) learnIntegers(it *item) {
	if it != nil && !it.isActivation() && it.weight == nil && it.rank() > 0 {
		it.weight = &weight{name: c.node.Label(), elements: it.elements()}
	}
}

// splitWeight gives each part of a learned or constant tensor its dimensions.
func (c *call) splitWeight() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axis, sizes, err := c.parts(x)
	if err != nil {
		return nil, err
	}
	items := make([]*item, len(sizes))
	start := symbolic.Int(0)
	for k, size := range sizes {
		cuts := make([]*cut, x.rank())
		cuts[axis] = &cut{start: start, count: size, step: 1}
		items[k] = c.cutWeight(x, cuts)
		start = start.Add(size)
	}
	return items, nil
}

func (c *call) sliceWeight() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	cuts, err := c.cuts(x)
	if err != nil {
		return nil, err
	}
	return []*item{c.cutWeight(x, cuts)}, nil
}

// cutWeight is a part of a learned or constant tensor.
func (c *call) cutWeight(x *item, cuts []*cut) *item {
	out := &item{dims: slices.Clone(x.dims)}
	place := ""
	for k, cut := range cuts {
		if cut != nil {
			out.dims[k] = cut.count
			place += fmt.Sprintf("%d:%s+%s/%d ", k, cut.start.ASCII(), cut.count.ASCII(), cut.step)
		}
	}
	if w := x.learned(); w != nil {
		if w.cuts == nil {
			c.cutUp = append(c.cutUp, w)
		}
		out.weight = w.of(place, out.elements())
	}
	return out
}

// noteLeftOver says which weights were only used in part.
func (t *translator) noteLeftOver() {
	for _, w := range t.cutUp {
		used := symbolic.Int(0)
		for _, cut := range w.cuts {
			if cut.used {
				used = used.Add(cut.elements)
			}
		}
		if left, ok := w.elements.Sub(used).Sign(); ok && left > 0 && w.cut && !w.counted() {
			t.note(fmt.Sprintf("%s of the %s values of %s are used and count", used.Text(), w.elements.Text(), readable(w.name)))
		}
	}
}
