package onnx

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Options say how a file is read.
type Options struct {
	Strict bool             // an operator that is not known is an error
	Budget *symbolic.Budget // what the reading is taken from; nil is a budget of its own
}

// Opsets that are read. Others would mostly work, but are refused, because attributes have changed their meaning before.
const (
	oldestOpset = 6
	newestOpset = 28
)

// ReadFile reads the graph of an ONNX file, see [Read]. Weights are not loaded, and files beside it are not opened.
func ReadFile(path string, o Options) (*trace.Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return Read(f, info.Size(), path, o)
}

// Read reads the graph of an ONNX file of that size as a network of that name, and gives its trace with all symbols free: the shapes
// are found on the way. Errors name the file, and the byte or the node that is wrong.
func Read(r io.ReaderAt, size int64, name string, o Options) (*trace.Trace, error) {
	m, err := wire.Decode(r, size)
	if err == nil {
		var t *trace.Trace
		if t, err = translate(m, name, o); err == nil {
			return t, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", name, err)
}

// NodeError is a mistake in a node of the graph.
type NodeError struct {
	Node, Op string
	Err      error
}

// Error is a message such as: node "conv1" (Conv): needs channels, but gets 1 dimensions.
func (e *NodeError) Error() string {
	return fmt.Sprintf("node %q (%s): %v", e.Node, readable(e.Op), e.Err)
}

// Unwrap is the mistake, without the node.
func (e *NodeError) Unwrap() error { return e.Err }

// translator turns the nodes of a graph into steps of a network, one after the other.
type translator struct {
	model    *wire.Model
	options  Options
	opset    int64
	*frame   // the graph being translated
	views    map[view]*trace.Value
	names    map[string]int // of operations, to number those that are not unique
	build    *trace.Builder
	symbols  *symbols
	unknown  map[string]int  // operators, and how many nodes have them
	weighing map[string]bool // those of them that have weights
	workless map[string]int  // operators whose work is not known, though their shapes are
	noted    map[string]bool
	tensors  map[*wire.Tensor]*item // of graphs in nodes, which may be translated again
	notes    []string
	start    *item // the input of the network
	cutUp    []*weight
	learners []learner        // in the order of the layers
	budget   *symbolic.Budget // what the graph may still take
}

// view is a value in another layout.
type view struct {
	value *trace.Value
	shape string
}

func translate(m *wire.Model, name string, o Options) (*trace.Trace, error) {
	o.Budget = o.Budget.Copy()
	if err := inline(m, o.Budget); err != nil {
		return nil, err
	}
	t, err := runs(m, name, o)
	if err != nil {
		return nil, err
	}
	out := t.build.Trace()
	out.Network.Source = strings.TrimSpace("ONNX file " + readable(m.Producer))
	out.Network.Notes = t.notes
	out.Network.File = &arch.File{Name: name}
	return out, nil
}

// runs runs a translator, and again each time it finds the only value that an open dimension can have.
func runs(m *wire.Model, name string, o Options) (*translator, error) {
	bound := map[string]symbolic.Expr{}
	for {
		t := newTranslator(m, o)
		t.symbols.bound = bound
		err := t.run(name)
		var only *boundError
		if !errors.As(err, &only) || bound[only.text].Equal(only.value) || len(bound) == maxBound {
			return t, err
		}
		bound[only.text] = only.value
	}
}

func newTranslator(m *wire.Model, o Options) *translator {
	t := &translator{
		model: m, options: o, budget: o.Budget.Copy(), opset: standard(m), frame: newFrame(everything(), m.Graph, nil, ""), views: map[view]*trace.Value{}, tensors: map[*wire.Tensor]*item{},
		names: make(map[string]int, len(m.Graph.Nodes)), symbols: newSymbols(), unknown: map[string]int{}, weighing: map[string]bool{}, workless: map[string]int{}, noted: map[string]bool{},
	}
	t.names["input"] = 1
	return t
}

// standard is the version of the operators of the standard; of a file that imports none of them, which may still have some in
// its functions, the newest.
func standard(m *wire.Model) int64 {
	if version, ok := m.Opsets[""]; ok || len(m.Opsets) == 0 {
		return version
	}
	return newestOpset
}

// run translates the graph, node by node.
func (t *translator) run(name string) error {
	if t.opset < oldestOpset || t.opset > newestOpset {
		return fmt.Errorf("opset %d; those from %d to %d are read", t.opset, oldestOpset, newestOpset)
	}
	nodes, err := t.frame.prepared()
	if err != nil {
		return err
	}
	if err := t.begin(nodes, name); err != nil {
		return err
	}
	t.build.Grow(len(nodes))
	if err := t.all(nodes); err != nil {
		return err
	}
	return t.end()
}

// all translates nodes, one after the other.
func (t *translator) all(nodes []*node) error {
	for _, n := range nodes {
		if err := t.node(n); err != nil {
			return named(n.Node, err)
		}
	}
	return nil
}

// node translates one node: folded where its result follows from shapes alone, else by its operator. A fused node that turns
// out not to be that layer is replaced by its nodes.
func (t *translator) node(n *node) error {
	c, err := t.call(n)
	if n.fits != nil && (err != nil || !n.fits(c)) {
		return t.all(n.parts)
	}
	if err != nil {
		return err
	}
	outputs, err := c.run()
	if err != nil {
		outputs, err = c.stated(err)
	}
	if err != nil {
		return c.because(err)
	}
	guess := c.guess()
	for k, out := range outputs {
		if out, err = c.settled(k, out, guess); err != nil {
			return err
		}
		if k < len(n.Outputs) && n.Outputs[k] != "" {
			if _, twice := t.items[n.Outputs[k]]; twice {
				return fmt.Errorf("its output %q is made twice", n.Outputs[k])
			}
			t.items[n.Outputs[k]] = out
		}
	}
	for _, name := range n.Outputs {
		if _, made := t.items[name]; name != "" && !made {
			t.items[name] = &item{} // states and masks that only training would read
		}
	}
	return nil
}

// call is a node with its inputs.
func (t *translator) call(n *node) (*call, error) {
	inputs := make([]*item, len(n.Inputs))
	for k, name := range n.Inputs {
		if name == "" {
			continue
		}
		it, ok := t.item(name)
		if !ok {
			return nil, fmt.Errorf("nothing makes its input %q", name)
		}
		inputs[k] = it
	}
	if len(inputs) == 2 {
		inputs[1] = aligned(n, inputs[0], inputs[1])
	}
	return &call{translator: t, node: n, in: inputs}, nil
}

// end names the outputs of the network, and the operators that were not understood.
func (t *translator) end() error {
	var values []*trace.Value
	for _, out := range t.graph.Outputs {
		it, ok := t.items[out.Name]
		if !ok {
			return fmt.Errorf("nothing makes the output %q", out.Name)
		}
		for _, part := range it.tensors() {
			if part.isActivation() {
				values = append(values, part.value)
			}
		}
	}
	if len(values) == 0 {
		return errors.New("no output depends on the input")
	}
	t.build.Output(values...)
	t.noteLeftOver()
	t.noteMerged()
	t.noteOperators(t.unknown, func(op string) string {
		if t.weighing[op] {
			return "is not known and counts nothing but its weights"
		}
		return "is not known and counts nothing"
	})
	t.noteOperators(t.workless, func(string) string { return "does work that is not known and counts nothing" })
	return nil
}
