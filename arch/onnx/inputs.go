package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// begin makes items of initializers and inputs. The first input that is no weight becomes the network's input, the others
// further inputs.
func (t *translator) begin(nodes []*node, name string) error {
	for _, w := range t.graph.initializers {
		t.items[w.name] = fromTensor(w, false)
	}
	var data []*valueInfo
	weights := t.matcher.given
	for _, in := range t.graph.inputs {
		if _, is := t.items[in.name]; is {
			continue // an initializer that callers may replace
		}
		if weights[in.name] {
			it, err := weightInput(in)
			if err != nil {
				return err
			}
			t.items[in.name] = it
			continue
		}
		data = append(data, in)
	}
	if len(data) == 0 {
		return errors.New("the graph has no input")
	}
	t.noteGiven()
	images := imageInputs(nodes, t.graph)
	shapes := make([][]symbolic.Expr, len(data))
	layouts := make([]layout, len(data))
	for k, in := range data {
		if !in.hasShape {
			return fmt.Errorf("input %q has no shape", in.name)
		}
		if len(in.dims) > maxRank {
			return fmt.Errorf("input %q has %d dimensions", in.name, len(in.dims))
		}
		if shapes[k] = t.dimensions(in); len(t.symbols.list) > maxSymbols {
			return fmt.Errorf("input %q: more than %d open dimensions", in.name, maxSymbols)
		}
		layouts[k] = features(len(in.dims))
		if len(in.dims) > 3 || images[in.name] {
			layouts[k] = channels(len(in.dims))
		}
	}
	s := layouts[0].shape(shapes[0])
	var err error
	if t.build, err = trace.NewBuilder(name, t.symbols.list, s.Samples, append([]symbolic.Expr{s.Width}, s.Extents...)); err != nil {
		return err
	}
	t.start = &item{dims: shapes[0], value: t.build.Input(), layout: layouts[0]}
	t.items[data[0].name] = t.start
	for k, in := range data[1:] {
		l := layouts[k+1]
		v, err := t.build.Layer(t.unique(in.name), source("input", l.shape(shapes[k+1])), nil)
		if err != nil {
			return err
		}
		t.items[in.name] = &item{dims: shapes[k+1], value: v, layout: l}
	}
	return nil
}

// maxNamed bounds how many tensors a note names.
const maxNamed = 6

// noteGiven says which inputs are taken for weights.
func (t *translator) noteGiven() {
	var names []string
	for _, in := range t.graph.inputs {
		if t.matcher.given[in.name] {
			names = append(names, readable(in.name))
		}
	}
	if len(names) == 0 {
		return
	}
	text := strings.Join(names[:min(len(names), maxNamed)], ", ")
	if more := len(names) - maxNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	t.note("the file has no weights; these inputs are taken for such: " + text)
}

// source is a layer that reads nothing.
func source(kind string, s arch.Shape) *arch.Layer {
	return &arch.Layer{Kind: arch.KindByName(kind), Args: shapeArgs(s)}
}

func shapeArgs(s arch.Shape) map[string]arch.Argument {
	shape := arch.Argument{Values: expressions(append([]symbolic.Expr{s.Width}, s.Extents...))}
	return map[string]arch.Argument{"shape": shape, "batch": {Values: expressions([]symbolic.Expr{s.Batch()})}}
}

func expressions(list []symbolic.Expr) []arch.Expression {
	out := make([]arch.Expression, len(list))
	for k, e := range list {
		out[k] = arch.Expression{Expr: e}
	}
	return out
}

// dimensions are those of a value, with symbols for open ones.
func (t *translator) dimensions(v *valueInfo) []symbolic.Expr {
	out := make([]symbolic.Expr, len(v.dims))
	for k, d := range v.dims {
		switch {
		case d.known && d.value > 0:
			out[k] = symbolic.Int(d.value)
		case d.param != "":
			out[k] = t.symbols.of(d.param)
		default:
			out[k] = t.symbols.of(fmt.Sprintf("%s_%d", v.name, k))
		}
	}
	return out
}

// weightInput is the item of a graph input that is a weight.
func weightInput(v *valueInfo) (*item, error) {
	it := &item{}
	for _, d := range v.dims {
		if !d.known || d.value <= 0 {
			return nil, fmt.Errorf("weight %q has an open dimension", v.name)
		}
		it.dims = append(it.dims, symbolic.Int(d.value))
	}
	it.weight = &weight{name: v.name, elements: it.elements()}
	return it, nil
}

// fromTensor is the item of an initializer, or of the value of a Constant node. Integers are shapes and indices, single floats
// of rank 0 or in Constant nodes are factors; everything else is learned.
func fromTensor(w *tensor, inNode bool) *item {
	it := &item{whole: isInteger(w.dtype)}
	for _, d := range w.dims {
		it.dims = append(it.dims, symbolic.Int(d))
	}
	if w.known && it.whole {
		it.folded, it.data = true, ints(w.ints...)
		if w.dtype == dtypeInt8 || w.dtype == dtypeUint8 {
			it.weight = &weight{name: w.name, elements: it.elements()} // of a quantized layer
		}
		return it
	}
	if n := len(w.floats); w.known && 0 < n && n <= maxFloats {
		it.data, it.folded = exact(w.floats)
	}
	it.plain = inNode && w.known && len(w.floats) > 0 && allEqual(w.floats)
	single := isInt(it.elements(), 1) && (inNode || len(w.dims) == 0)
	if !single && isLearnable(w.dtype) {
		it.weight = &weight{name: w.name, elements: it.elements()}
	}
	return it
}

// fromTensor is the item of a tensor in a graph that may be translated again; however often that is, it counts once.
func (t *translator) fromTensor(w *tensor, inNode bool) *item {
	it := t.tensors[w]
	if it == nil {
		it = fromTensor(w, inNode)
		t.tensors[w] = it
	}
	return it
}

func allEqual(list []float64) bool {
	for _, v := range list {
		if v != list[0] {
			return false
		}
	}
	return true
}

// weightInputs finds the inputs of a graph that are weights, in files which do not carry any: those in the place of one,
// straight or behind operators that only move elements. Where there is one, so are all others of a fixed shape but the first.
// Products of inputs that are all of a fixed shape say nothing: they may as well be activations. Where others are open, or a matrix
// is transposed first, as that of a linear layer is, those of a fixed shape are weights.
func weightInputs(nodes []*node, g *graph) map[string]bool {
	initialized := map[string]bool{}
	for _, w := range g.initializers {
		initialized[w.name] = true
		if len(w.dims) > 0 && isLearnable(w.dtype) {
			return map[string]bool{}
		}
	}
	certain := false // some input is open, or an operator stands there that has weights and nothing else
	candidates, matrices := map[string]bool{}, map[string]bool{}
	for _, in := range g.inputs {
		matrices[in.name] = len(in.dims) <= 2
		fixed := in.hasShape && isLearnable(in.dtype)
		for _, d := range in.dims {
			fixed = fixed && d.known && d.value > 0
		}
		if fixed && !initialized[in.name] {
			candidates[in.name] = true
		}
		certain = certain || !fixed && in.hasShape
	}
	moved := map[string]string{} // what was only moved, and from where
	slots := map[string]bool{}
	rest := map[string]bool{}
	for _, n := range nodes {
		o := n.operator()
		for k, name := range n.inputs {
			from, turned := moved[name]
			if turned {
				name = from
			}
			switch {
			case !candidates[name]:
			case slices.Contains(o.weights, k):
				slots[name], certain = true, true
			case slices.Contains(o.factors, k) && matrices[name]:
				slots[name] = true
				certain = certain || turned
			case k == 0 && o.passes == passesElements && len(n.outputs) > 0:
				moved[n.outputs[0]] = name
			default:
				rest[name] = true
			}
		}
	}
	out := map[string]bool{}
	if !certain {
		return out
	}
	first := true
	for _, in := range g.inputs {
		switch {
		case initialized[in.name]:
		case slots[in.name] && !(first && rest[in.name]):
			out[in.name] = true
		case first:
			first = false
		case len(slots) > 0 && candidates[in.name]:
			out[in.name] = true
		}
	}
	return out
}
