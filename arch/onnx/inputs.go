package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// begin makes items of initializers and inputs. The first input that is no weight becomes the network's input, the other ones
// further inputs.
func (t *translator) begin(nodes []*node, name string) error {
	for _, w := range t.graph.Initializers {
		t.items[w.Name] = fromTensor(w, false).orWritten(t.strands.of(w.Name))
	}
	data, err := t.dataInputs()
	if err != nil {
		return err
	}
	t.noteGiven()
	t.noteWritten(nodes)
	t.tie(nodes)
	images := imageInputs(nodes, t.graph)
	items := make([]*item, len(data))
	for k, in := range data {
		if items[k], err = t.declared(in, images[in.Name]); err != nil {
			return err
		}
	}
	t.start = items[0]
	s := t.start.layout.shape(t.start.dims)
	if t.build, err = trace.NewBuilder(t.budget, name, t.symbols.list, s.Samples, append([]symbolic.Expr{s.Width}, s.Extents...)); err != nil {
		return err
	}
	t.start.value = t.build.Input()
	for k, in := range data {
		it := items[k]
		if k > 0 {
			if it.value, err = t.build.Layer(t.unique(in.Name), source("input", it.layout.shape(it.dims)), nil); err != nil {
				return err
			}
		}
		t.items[in.Name] = it.typed(in)
	}
	return nil
}

// dataInputs are the inputs of the graph that are no weights. Of the others it makes items.
func (t *translator) dataInputs() ([]*wire.ValueInfo, error) {
	var data []*wire.ValueInfo
	for _, in := range t.graph.Inputs {
		if _, is := t.items[in.Name]; is {
			continue // an initializer that callers may replace
		}
		if !t.strands.of(in.Name).given {
			data = append(data, in)
			continue
		}
		it, err := weightInput(in)
		if err != nil {
			return nil, err
		}
		t.items[in.Name] = it
	}
	if len(data) == 0 {
		return nil, errors.New("the graph has no input")
	}
	return data, nil
}

// declared is an input with its dimensions, as sequences or as an image, and no value yet.
func (t *translator) declared(in *wire.ValueInfo, image bool) (*item, error) {
	rank := len(in.Dims)
	switch {
	case !in.HasShape:
		return nil, fmt.Errorf("input %q has no shape", in.Name)
	case rank > wire.MaxRank:
		return nil, fmt.Errorf("input %q has %d dimensions", in.Name, rank)
	}
	it := &item{dims: t.dimensions(in), layout: features(rank)}
	if len(t.symbols.list) > maxSymbols {
		return nil, fmt.Errorf("input %q: more than %d open dimensions", in.Name, maxSymbols)
	}
	if rank > 3 || image {
		it.layout = channels(rank)
	}
	it.layout.flat = rank > 1 && it.dims[0].IsZero() // a network has samples
	return it, nil
}

// maxNamed bounds how many tensors a note names.
const maxNamed = 6

// some lists names, those of many not all.
func some(names []string) string {
	shown := make([]string, 0, maxNamed)
	for _, name := range names[:min(len(names), maxNamed)] {
		shown = append(shown, readable(name))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - maxNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
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
func (t *translator) dimensions(v *wire.ValueInfo) []symbolic.Expr {
	out := make([]symbolic.Expr, len(v.Dims))
	for k, d := range v.Dims {
		switch {
		case d.Known && d.Value >= 0:
			out[k] = symbolic.Int(d.Value)
		case d.Param != "":
			out[k] = t.symbols.of(d.Param)
		default:
			out[k] = t.symbols.of(fmt.Sprintf("%s_%d", v.Name, k))
		}
	}
	return out
}

// weightInput is the item of a graph input that is a weight.
func weightInput(v *wire.ValueInfo) (*item, error) {
	it := &item{bytes: v.DType == wire.Uint8}
	for _, d := range v.Dims {
		if !d.Known || d.Value <= 0 {
			return nil, fmt.Errorf("weight %q has an open dimension", v.Name)
		}
		it.dims = append(it.dims, symbolic.Int(d.Value))
	}
	it.weight = &weight{name: v.Name, elements: it.elements()}
	return it, nil
}

// fromTensor is the item of an initializer, or of the value of a Constant node. Integers are shapes and indices, single floats
// of rank 0 or in Constant nodes are factors, and one number again and again in a Constant node is what the network fills a tensor
// with; everything else is learned.
func fromTensor(w *wire.Tensor, inNode bool) *item {
	it := &item{whole: wire.IsInteger(w.DType), bytes: w.DType == wire.Uint8}
	for _, d := range w.Dims {
		it.dims = append(it.dims, symbolic.Int(d))
	}
	if w.Known && it.whole {
		it.folded, it.data = true, ints(w.Ints...)
		if w.DType == wire.Int8 || w.DType == wire.Uint8 {
			it.weight = &weight{name: w.Name, elements: it.elements()} // of a quantized layer
		}
		return it
	}
	if n := len(w.Floats); w.Known && 0 < n && n <= wire.MaxFloats {
		it.data, it.folded = exact(w.Floats)
	}
	it.alike = w.Look == wire.Alike
	single := isInt(it.elements(), 1) && (inNode || len(w.Dims) == 0)
	if !single && isLearnable(w.DType) {
		it.weight = &weight{name: w.Name, elements: it.elements(), constant: inNode && it.alike}
	}
	return it
}

// fromTensor is the item of a tensor in a graph that may be translated several times, in which it counts once.
func (t *translator) fromTensor(w *wire.Tensor, inNode bool) *item {
	it := t.tensors[w]
	if it == nil {
		it = fromTensor(w, inNode)
		t.tensors[w] = it
	}
	return it
}

// weightInputs finds the inputs of a graph that are weights, in files without initializers: those that an operator reads in
// place of a weight, directly or behind operators that only move elements. If there is one, all other inputs of a fixed shape
// except the first are weights too. A product of inputs that all have fixed shapes says nothing, as they may be activations.
// Where others are open, or a matrix is transposed first, as that of a linear layer is, those of a fixed shape are weights.
func weightInputs(nodes []*node, g *wire.Graph) map[string]bool {
	could, ok := possibleWeights(g)
	if !ok {
		return map[string]bool{}
	}
	certain := could.open        // or an operator stands there that has weights and nothing else
	moved := map[string]string{} // what was only moved, and from where
	slots, rest := map[string]bool{}, map[string]bool{}
	for _, n := range nodes {
		o := n.operator
		for k, name := range n.Inputs {
			from, turned := moved[name]
			if turned {
				name = from
			}
			switch {
			case !could.fixed[name]:
			case slices.Contains(o.weights, k):
				slots[name], certain = true, true
			case slices.Contains(o.factors, k) && could.matrices[name]:
				slots[name] = true
				certain = certain || turned
			case k == 0 && o.passes == passesElements && len(n.Outputs) > 0:
				moved[n.Outputs[0]] = name
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
	for _, in := range g.Inputs {
		switch {
		case could.initialized[in.Name]:
		case slots[in.Name] && !(first && rest[in.Name]):
			out[in.Name] = true
		case first:
			first = false
		case len(slots) > 0 && could.fixed[in.Name]:
			out[in.Name] = true
		}
	}
	return out
}

// candidates are the inputs of a graph that may be weights.
type candidates struct {
	fixed       map[string]bool // those of a fixed shape
	matrices    map[string]bool // those of two axes at most
	initialized map[string]bool // those that the file has values for
	open        bool            // some input is of no fixed shape
}

// possibleWeights are the candidates of a graph; false if it has weights of its own.
func possibleWeights(g *wire.Graph) (candidates, bool) {
	could := candidates{fixed: map[string]bool{}, matrices: map[string]bool{}, initialized: map[string]bool{}}
	for _, w := range g.Initializers {
		could.initialized[w.Name] = true
		if len(w.Dims) > 0 && isLearnable(w.DType) {
			return could, false
		}
	}
	for _, in := range g.Inputs {
		could.matrices[in.Name] = len(in.Dims) <= 2
		fixed := in.HasShape && isLearnable(in.DType)
		for _, d := range in.Dims {
			fixed = fixed && d.Known && d.Value > 0
		}
		could.fixed[in.Name] = fixed && !could.initialized[in.Name]
		could.open = could.open || !fixed && in.HasShape
	}
	return could, true
}
