package onnx

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// The functions of this file put graphs for tests together from values: graphOf takes nodes, tensors, inputs and outputs in any
// order.

// input and output are the ends of a graph; a dimension is an int, a string for a symbol, or nil.
type (
	input struct {
		name string
		dims []any
	}
	output string
	said   input // what the file says of an intermediate result
)

func in(name string, dims ...any) input { return input{name, dims} }

func (v input) info() *valueInfo {
	out := &valueInfo{name: v.name, dtype: 1, hasShape: true}
	for _, dim := range v.dims {
		switch d := dim.(type) {
		case int:
			out.dims = append(out.dims, dimension{known: true, value: int64(d)})
		case string:
			out.dims = append(out.dims, dimension{param: d})
		default:
			out.dims = append(out.dims, dimension{})
		}
	}
	return out
}

// graphOf is a graph of its parts. Strings are outputs.
func graphOf(parts ...any) *graph {
	g := &graph{}
	for _, part := range parts {
		switch p := part.(type) {
		case *node:
			g.nodes = append(g.nodes, p)
		case *tensor:
			g.initializers = append(g.initializers, p)
		case input:
			g.inputs = append(g.inputs, p.info())
		case said:
			g.values = append(g.values, input(p).info())
		case output:
			g.outputs = append(g.outputs, &valueInfo{name: string(p), dtype: 1})
		default:
			panic(part)
		}
	}
	return g
}

// comingOut adds outputs for what nothing reads, so that every node is needed.
func comingOut(parts []any) []any {
	g := graphOf(parts...)
	read := map[string]bool{"": true}
	for _, out := range g.outputs {
		read[out.name] = true
	}
	for _, n := range g.nodes {
		for _, name := range n.reads() {
			read[name] = true
		}
	}
	for _, n := range g.nodes {
		for _, name := range n.outputs {
			if !read[name] {
				parts = append(parts, output(name))
			}
		}
	}
	return parts
}

// names are words; _ stands for one that is left out.
func names(text string) []string {
	list := strings.Fields(text)
	for k := range list {
		if list[k] == "_" {
			list[k] = ""
		}
	}
	return list
}

// do is a node: do("Conv", "x w", "y", list("pads", 1, 1)).
func do(op, inputs, outputs string, attributes ...*attribute) *node {
	n := &node{op: op, inputs: names(inputs), outputs: names(outputs)}
	for _, a := range attributes {
		if n.attributes == nil {
			n.attributes = map[string]*attribute{}
		}
		n.attributes[a.name] = a
		n.holdsGraph = n.holdsGraph || a.graph != nil
	}
	return n
}

// microsoft is a node of the extension that is known.
func microsoft(op, inputs, outputs string, attributes ...*attribute) *node {
	n := do(op, inputs, outputs, attributes...)
	n.domain = "com.microsoft"
	return n
}

func list(name string, values ...int64) *attribute { return &attribute{name: name, ints: values} }
func number(name string, v int64) *attribute       { return &attribute{name: name, i: v} }
func told(name, text string) *attribute            { return &attribute{name: name, s: text} }
func holding(name string, w *tensor) *attribute    { return &attribute{name: name, tensor: w} }
func body(name string, parts ...any) *attribute {
	return &attribute{name: name, graph: graphOf(parts...)}
}

// weights are floats whose values are not known, as of a large tensor.
func weights(name string, dims ...int64) *tensor { return &tensor{name: name, dtype: 1, dims: dims} }

// floats are a tensor whose values are known; in one row if there are no dimensions.
func floats(name string, values []float64, dims ...int64) *tensor {
	if dims == nil {
		dims = []int64{int64(len(values))}
	}
	return &tensor{name: name, dtype: 1, dims: dims, floats: values, known: true}
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = 1
	}
	return out
}

// single is a float of no dimensions.
func single(name string, v float64) *tensor { return floats(name, []float64{v}, []int64{}...) }

// shape is a row of integers.
func shape(name string, values ...int64) *tensor {
	return &tensor{name: name, dtype: 7, dims: []int64{int64(len(values))}, ints: values, known: true}
}

// constant is a Constant node of a tensor.
func constant(w *tensor) *node { return do("Constant", "", w.name, holding("value", w)) }

func modelOf(parts ...any) *model {
	return &model{opsets: map[string]int64{"": 17}, graph: graphOf(parts...)}
}

// translated is the network of a graph of opset 17.
func translated(parts ...any) (*arch.Network, error) {
	return translate(modelOf(parts...), "test", Options{})
}

func mustTranslate(t testing.TB, parts ...any) *arch.Network {
	t.Helper()
	n, err := translated(parts...)
	require.NoError(t, err)
	return n
}

// traced is a network as it runs, with symbols set as in "n=4 m=8" and else 1.
func traced(t testing.TB, n *arch.Network, settings ...string) *trace.Trace {
	t.Helper()
	set := map[string]symbolic.Expr{}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		e, err := symbolic.Parse(value)
		require.NoError(t, err)
		set[name] = e
	}
	resolved, err := trace.Resolve(n, trace.Options{Set: set})
	require.NoError(t, err)
	return resolved
}

// kinds are what a network does, in order: "conv relu add".
func kinds(t testing.TB, n *arch.Network) string {
	t.Helper()
	var list []string
	for _, op := range traced(t, n).Operations() {
		list = append(list, op.Kind.Name)
	}
	return strings.Join(list, " ")
}

// amount is what a network costs, with its symbols at 1.
func amount(t testing.TB, n *arch.Network, q cost.Quantity) int64 {
	t.Helper()
	total, err := cost.Of(traced(t, n), cost.Options{Quantities: []cost.Quantity{q}})
	require.NoError(t, err)
	v, ok := total.Of(q).Int64()
	require.True(t, ok)
	return v
}

// made is the shape of the first output, as "64×56×56".
func made(t testing.TB, n *arch.Network, settings ...string) string {
	t.Helper()
	return traced(t, n, settings...).Output.Shape.Text()
}
