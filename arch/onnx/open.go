package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// A frame is a graph being translated: the graph of the file, or one in a node, which sees the tensors around it.
type frame struct {
	known   *repertoire
	graph   *wire.Graph
	outer   *frame // nil for the graph of the file
	prefix  string // of the names of its operations
	items   map[string]*item
	strands strands
}

func newFrame(known *repertoire, g *wire.Graph, outer *frame, prefix string) *frame {
	return &frame{
		known: known, graph: g, outer: outer, prefix: prefix,
		items: make(map[string]*item, len(g.Nodes)+len(g.Initializers)), strands: newStrands(g),
	}
}

// item is the item of a tensor, in the frame or around it.
func (f *frame) item(name string) (*item, bool) {
	for ; f != nil; f = f.outer {
		if it, ok := f.items[name]; ok {
			return it, true
		}
	}
	return nil, false
}

// prepared are the nodes of the frame's graph in order, those that are one layer again fused.
func (f *frame) prepared() ([]*node, error) {
	nodes, err := f.known.sorted(f.graph)
	if err != nil {
		return nil, err
	}
	f.strands.follow(nodes, f.graph)
	f.strands.findWritten(nodes, f.graph)
	if f.outer != nil {
		f.strands.see(f.outer.strands, f.graph.Open())
	}
	m := &matcher{strands: f.strands, known: f.known}
	nodes = m.fuse(nodes)
	f.strands.wantChannels(nodes)
	return nodes, nil
}

// inside translates a graph in a node, and returns its outputs for given inputs.
func (c *call) inside(g *wire.Graph, prefix string, in []*item) ([]*item, error) {
	t := c.translator
	if len(in) != len(g.Inputs) {
		return nil, fmt.Errorf("its graph takes %d inputs, not %d", len(g.Inputs), len(in))
	}
	if !t.budget.Spend(symbolic.Nodes, len(g.Nodes)+1) {
		return nil, fmt.Errorf("the graphs in nodes come to %s", t.budget.Beyond(symbolic.Nodes))
	}
	f := newFrame(t.known, g, t.frame, prefix)
	for _, w := range g.Initializers {
		f.items[w.Name] = t.fromTensor(w, false)
	}
	for k, v := range g.Inputs {
		f.items[v.Name] = in[k]
	}
	nodes, err := f.prepared()
	if err != nil {
		return nil, err
	}
	for _, w := range g.Initializers {
		f.items[w.Name].orWritten(f.strands.of(w.Name))
	}
	t.frame = f
	defer func() { t.frame = f.outer }()
	t.noteWritten(nodes)
	if err := t.all(nodes); err != nil {
		return nil, err
	}
	out := make([]*item, len(g.Outputs))
	for k, v := range g.Outputs {
		it, ok := f.item(v.Name)
		if !ok {
			return nil, fmt.Errorf("nothing makes the output %q of its graph", v.Name)
		}
		out[k] = it
	}
	return out, nil
}

// graphOperators have graphs in their nodes.
func graphOperators() []*operator {
	return doing(OfGraphs, []*operator{
		{name: "If", opens: (*call).branch, says: (*call).branchesSay},
		{name: "Loop", opens: (*call).loop, says: (*call).loopSays},
		{name: "Scan", opens: (*call).scan},
	})
}

// body is a graph of the node; nil if there is none of that name.
func (c *call) body(name string) *wire.Graph {
	if a := c.node.Attributes.Named(name); a != nil {
		return a.Graph
	}
	return nil
}

// branch is the branch that an If takes whose condition is known.
func (c *call) branch() ([]*item, bool, error) {
	yes, ok := c.truth(c.input(0))
	if !ok {
		return nil, false, nil
	}
	name := "else_branch"
	if yes {
		name = "then_branch"
	}
	g := c.body(name)
	if g == nil {
		return nil, true, fmt.Errorf("%s is missing", name)
	}
	out, err := c.inside(g, c.frame.prefix+c.node.Label()+".", nil)
	return out, true, err
}

// branchesSay is the shape that the branches of an If state for an output, if they agree in its rank. A size that they state
// differently is open, as for boxes, of which one branch has none and the other as many as are found.
func (c *call) branchesSay(output int) *wire.ValueInfo {
	yes, no := c.body("then_branch"), c.body("else_branch")
	if yes == nil || no == nil || output >= min(len(yes.Outputs), len(no.Outputs)) {
		return nil
	}
	a, b := yes.Outputs[output], no.Outputs[output]
	if !a.HasShape || !b.HasShape || len(a.Dims) != len(b.Dims) || output >= len(c.node.Outputs) {
		return nil
	}
	either := *a
	either.Name, either.Dims = c.node.Outputs[output], slices.Clone(a.Dims)
	for k, d := range b.Dims {
		switch {
		case d == a.Dims[k] || !a.Dims[k].Known:
		case d.Known:
			either.Dims[k] = wire.Dimension{}
		default:
			either.Dims[k] = d
		}
	}
	return &either
}

// loopSays is the shape that the body of a Loop states for its final state.
func (c *call) loopSays(output int) *wire.ValueInfo {
	g := c.body("body")
	if g == nil || output >= len(c.in)-2 || 1+output >= len(g.Outputs) || !g.Outputs[1+output].HasShape {
		return nil
	}
	return g.Outputs[1+output]
}

// truth is the value of a condition, if it is known.
func (c *call) truth(it *item) (bool, bool) {
	if it == nil {
		return false, false
	}
	e, ok := it.scalar()
	if !ok {
		return false, false
	}
	n, ok := e.Rational()
	return ok && n.Sign() != 0, ok
}

// loop runs the body of a Loop as often as its trip count says. The inputs of the node are count, condition and state; the body
// reads the number of the iteration, the condition and the state, and outputs the condition, the state, and tensors that are
// stacked up.
func (c *call) loop() ([]*item, bool, error) {
	g := c.body("body")
	if g == nil {
		return nil, true, errors.New("body is missing")
	}
	trips, counted := int64(symbolic.Nodes.Limit().Most), c.input(0) == nil
	if !counted {
		if n, ok := c.in[0].scalar(); ok {
			trips, counted = n.Int64()
		}
	}
	goes, known := true, true
	if c.input(1) != nil {
		goes, known = c.truth(c.in[1])
	}
	state := c.in[min(2, len(c.in)):]
	if !counted || !known || len(g.Inputs) != 2+len(state) || len(g.Outputs) < 1+len(state) || !c.foretold(g) {
		return nil, false, nil
	}
	stacks := make([][]*item, len(g.Outputs)-1-len(state))
	condition := &item{data: ints(boolInt(goes)), folded: true, whole: true}
	for k := int64(0); k < trips && goes; k++ {
		number := &item{data: ints(k), folded: true, whole: true}
		out, err := c.inside(g, fmt.Sprintf("%s%s[%d].", c.frame.prefix, c.node.Label(), k), append([]*item{number, condition}, state...))
		if err != nil {
			return nil, true, err
		}
		condition, state = out[0], out[1:1+len(state)]
		for at, it := range out[1+len(state):] {
			stacks[at] = append(stacks[at], it)
		}
		if goes, known = c.truth(condition); !known {
			return nil, true, dataError("whether it goes on is")
		}
	}
	out, err := c.stacked(state, stacks, make([]int, len(stacks)))
	return out, true, err
}

// foretold reports whether the condition that a body outputs follows from constants and known states.
func (c *call) foretold(g *wire.Graph) bool {
	makers := map[string]*wire.Node{}
	for _, n := range g.Nodes {
		for _, name := range n.Outputs {
			makers[name] = n
		}
	}
	known := map[string]bool{"": true}
	for k, v := range g.Inputs {
		known[v.Name] = k < 2 || c.input(k) != nil && c.in[k].folded
	}
	for _, w := range g.Initializers {
		known[w.Name] = w.Known
	}
	seen := map[*wire.Node]bool{}
	var follows func(name string) bool
	follows = func(name string) bool {
		if is, ok := known[name]; ok {
			return is
		}
		n := makers[name]
		if n == nil {
			it, ok := c.frame.item(name)
			return ok && it.folded
		}
		if c.known.operator(n).knows != nil || seen[n] {
			return true
		}
		seen[n] = true
		for _, input := range n.Reads() {
			if !follows(input) {
				return false
			}
		}
		return true
	}
	return follows(g.Outputs[0].Name)
}

// scan runs the body of a Scan for each place along an axis of what it scans: state, then scanned tensors.
func (c *call) scan() ([]*item, bool, error) {
	g, scanned := c.body("body"), c.integer("num_scan_inputs", 0)
	if g == nil || scanned < 1 || scanned > int64(len(c.in)) || len(g.Inputs) != len(c.in) || c.opset < 9 {
		return nil, false, nil
	}
	states := len(c.in) - int(scanned)
	if len(g.Outputs) < states {
		return nil, false, nil
	}
	axes := make([]int, scanned)
	trips := int64(-1)
	for k, it := range c.in[states:] {
		if it == nil {
			return nil, false, nil
		}
		axis, err := c.scanAxis("scan_input_axes", k, it.rank())
		if err != nil {
			return nil, true, err
		}
		n, ok := it.dims[axis].Int64()
		if axes[k] = axis; !ok || trips >= 0 && n != trips {
			return nil, false, nil
		}
		trips = n
	}
	state := c.in[:states]
	stacks := make([][]*item, len(g.Outputs)-states)
	for at := range trips {
		in := append([]*item{}, state...)
		for k, it := range c.in[states:] {
			part, err := c.place(it, axes[k])
			if err != nil {
				return nil, true, err
			}
			in = append(in, part)
		}
		out, err := c.inside(g, fmt.Sprintf("%s%s[%d].", c.frame.prefix, c.node.Label(), at), in)
		if err != nil {
			return nil, true, err
		}
		state = out[:states]
		for k, it := range out[states:] {
			stacks[k] = append(stacks[k], it)
		}
	}
	places := make([]int, len(stacks))
	for k, stack := range stacks {
		if len(stack) > 0 {
			axis, err := c.scanAxis("scan_output_axes", k, stack[0].rank()+1)
			if err != nil {
				return nil, true, err
			}
			places[k] = axis
		}
	}
	out, err := c.stacked(state, stacks, places)
	return out, true, err
}

// scanAxis is the axis of the k-th tensor: the first unless said.
func (c *call) scanAxis(name string, k, rank int) (int, error) {
	if axes := c.list(name); k < len(axes) {
		return fromFront(axes[k], rank)
	}
	return fromFront(0, rank)
}

// place is one place along an axis of a tensor.
func (c *call) place(it *item, axis int) (*item, error) {
	it, err := c.materialized(it)
	if err != nil {
		return nil, err
	}
	dims := without(it.dims, map[int]bool{axis: true}, false)
	l := features(len(dims))
	out, err := c.layer("take", shapeArgs(l.shape(dims)), it.value)
	return &item{dims: dims, value: out, layout: l}, err
}

// stacked are the outputs of a loop: the final state, and further outputs of the iterations, each stacked along an axis.
func (c *call) stacked(state []*item, stacks [][]*item, axes []int) ([]*item, error) {
	out := append([]*item{}, state...)
	for k, stack := range stacks {
		at := len(out)
		if at >= len(c.node.Outputs) || len(stack) == 0 || !c.strands.read(c.node.Outputs[at]) {
			out = append(out, &item{})
			continue
		}
		lifted := *c
		lifted.in = make([]*item, len(stack))
		for j, it := range stack {
			made, err := c.materialized(it)
			if err != nil {
				return nil, err
			}
			one := *made
			one.dims = append(append(append([]symbolic.Expr{}, it.dims[:axes[k]]...), symbolic.Int(1)), it.dims[axes[k]:]...)
			lifted.in[j] = &one
		}
		joined, err := lifted.joined(axes[k])
		if err != nil {
			return nil, err
		}
		out = append(out, joined[0])
	}
	return out, nil
}
