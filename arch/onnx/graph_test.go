package onnx

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestMain lets garbage be: at the usual rate collecting it takes a quarter of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(200)
	os.Exit(m.Run())
}

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

	comesOutAs input // an output with a shape
)

func in(name string, dims ...any) input { return input{name, dims} }

func (v input) info() *wire.ValueInfo {
	out := &wire.ValueInfo{Name: v.name, DType: 1, HasShape: true}
	for _, dim := range v.dims {
		switch d := dim.(type) {
		case int:
			out.Dims = append(out.Dims, wire.Dimension{Known: true, Value: int64(d)})
		case string:
			out.Dims = append(out.Dims, wire.Dimension{Param: d})
		default:
			out.Dims = append(out.Dims, wire.Dimension{})
		}
	}
	return out
}

// graphOf is a graph of its parts. Strings are outputs.
func graphOf(parts ...any) *wire.Graph {
	g := &wire.Graph{}
	for _, part := range parts {
		switch p := part.(type) {
		case *wire.Node:
			g.Nodes = append(g.Nodes, p)
		case *wire.Tensor:
			g.Initializers = append(g.Initializers, p)
		case input:
			g.Inputs = append(g.Inputs, p.info())
		case said:
			g.Values = append(g.Values, input(p).info())
		case comesOutAs:
			g.Outputs = append(g.Outputs, input(p).info())
		case output:
			g.Outputs = append(g.Outputs, &wire.ValueInfo{Name: string(p), DType: 1})
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
	for _, out := range g.Outputs {
		read[out.Name] = true
	}
	for _, n := range g.Nodes {
		for _, name := range n.Reads() {
			read[name] = true
		}
	}
	for _, n := range g.Nodes {
		for _, name := range n.Outputs {
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
func do(op, inputs, outputs string, attributes ...*wire.Attribute) *wire.Node {
	n := &wire.Node{Op: op, Inputs: names(inputs), Outputs: names(outputs), Attributes: wire.NewAttributes(attributes...)}
	for _, a := range attributes {
		n.HoldsGraph = n.HoldsGraph || a.Graph != nil
	}
	return n
}

// microsoft is a node of the extension that is known.
func microsoft(op, inputs, outputs string, attributes ...*wire.Attribute) *wire.Node {
	n := do(op, inputs, outputs, attributes...)
	n.Domain = "com.microsoft"
	return n
}

func list(name string, values ...int64) *wire.Attribute {
	return &wire.Attribute{Name: name, Ints: values}
}
func number(name string, v int64) *wire.Attribute { return &wire.Attribute{Name: name, Int: v} }
func told(name, text string) *wire.Attribute      { return &wire.Attribute{Name: name, Text: text} }
func holding(name string, w *wire.Tensor) *wire.Attribute {
	return &wire.Attribute{Name: name, Tensor: w}
}
func body(name string, parts ...any) *wire.Attribute {
	return &wire.Attribute{Name: name, Graph: graphOf(parts...)}
}

// weights are floats whose values are not known, as of a large tensor.
func weights(name string, dims ...int64) *wire.Tensor {
	return &wire.Tensor{Name: name, DType: 1, Dims: dims}
}

// floats are a tensor whose values are known; in one row if there are no dimensions.
func floats(name string, values []float64, dims ...int64) *wire.Tensor {
	if dims == nil {
		dims = []int64{int64(len(values))}
	}
	return &wire.Tensor{Name: name, DType: 1, Dims: dims, Floats: values, Known: true, Look: wire.LookOf(dims, values)}
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = 1
	}
	return out
}

// single is a float of no dimensions.
func single(name string, v float64) *wire.Tensor { return floats(name, []float64{v}, []int64{}...) }

// shape is a row of integers.
func shape(name string, values ...int64) *wire.Tensor {
	return &wire.Tensor{Name: name, DType: 7, Dims: []int64{int64(len(values))}, Ints: values, Known: true}
}

// constant is a Constant node of a tensor.
func constant(w *wire.Tensor) *wire.Node { return do("Constant", "", w.Name, holding("value", w)) }

func modelOf(parts ...any) *wire.Model {
	return &wire.Model{Opsets: map[string]int64{"": 17}, Graph: graphOf(parts...)}
}

// translated is the network of a graph of opset 17.
func translated(parts ...any) (*arch.Network, error) {
	return network(translate(modelOf(parts...), "test", Options{}))
}

// network is what a trace is of.
func network(t *trace.Trace, err error) (*arch.Network, error) {
	if err != nil {
		return nil, err
	}
	return t.Network, nil
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
