package rewrite

import (
	"github.com/skipcost/skipcost/arch/trace"
)

// lineage is a written-out trace by numbers: tensor 0 is the network's input, tensor k + 1 the output of operation k. All
// slices are indexed by tensor, and facts about an operation stand at the number of its output.
type lineage struct {
	trace   *trace.Trace
	ops     []*trace.Operation
	at      map[*trace.Value]int32
	inputs  [][]int32
	listed  []listing
	choices []int32 // how many of the first inputs only choose among values, and pass no gradient on
	weights []int32 // weight layers that a way through it passes
	works   []bool  // it is a weight layer, a pooling or a product of activations: something to jump over
	depth   []int32 // weight layers on the longest way from an input of the network; -1 if there is no way
	// sources is the inputs and learned tensors that a gradient reaches from here, each by one of 64 bits: tensors whose sources
	// have no bit in common share nothing.
	sources []uint64
	read    []bool // a weight layer reads it, directly or through other operations, see readBack
}

func newLineage(t *trace.Trace) *lineage {
	ops := t.Operations()
	n := len(ops) + 1
	g := &lineage{
		trace: t, ops: ops, at: make(map[*trace.Value]int32, n), inputs: make([][]int32, n), listed: make([]listing, n),
		choices: make([]int32, n), weights: make([]int32, n), works: make([]bool, n), depth: make([]int32, n),
		sources: make([]uint64, n), read: make([]bool, n),
	}
	g.at[t.Input] = 0
	g.sources[0] = source(0)
	lists := newListings()
	for k, op := range ops {
		made := int32(k + 1)
		g.at[op.Output] = made
		g.inputs[made] = make([]int32, 0, len(op.Inputs))
		for _, in := range op.Inputs {
			for _, v := range in.Tensors() {
				g.inputs[made] = append(g.inputs[made], g.at[v])
			}
		}
		g.enter(made, op)
		if op.Kind.Joins {
			g.inputs[made], g.listed[made] = lists.enter(made, g.inputs[made])
		}
	}
	g.readBack()
	return g
}

// source is the bit of an input or learned tensor.
func source(tensor int32) uint64 { return 1 << (uint32(tensor) * 2654435769 >> 26) }

// enter fills in the facts about a tensor from those about the inputs of its operation.
func (g *lineage) enter(made int32, op *trace.Operation) {
	g.choices[made] = int32(op.Kind.Chooses)
	g.depth[made] = -1
	for i, in := range g.inputs[made] {
		g.depth[made] = max(g.depth[made], g.depth[in])
		if i >= int(g.choices[made]) {
			g.sources[made] |= g.sources[in]
		}
	}
	g.weights[made] = int32(op.Kind.Depth)
	g.works[made] = g.weights[made] > 0 || op.Kind.Pools
	if op.Kind.Products {
		g.product(made)
	}
	switch {
	case op.Kind.Input:
		g.depth[made] = 0
	case g.depth[made] >= 0:
		g.depth[made] += g.weights[made]
	}
	if g.sources[made] == 0 && (op.Kind.Input || op.Kind.Learns()) {
		g.sources[made] = source(made)
	}
}

// product distinguishes a product of two activations from one with weights that are computed of learned tensors.
func (g *lineage) product(made int32) {
	activations, learned := 0, false
	for _, in := range g.inputs[made] {
		if g.depth[in] >= 0 {
			activations++
		} else if g.sources[in] != 0 {
			learned = true
		}
	}
	if activations == 1 && learned {
		g.weights[made] = 1
	}
	g.works[made] = activations > 1 || g.weights[made] > 0
}

// WeightLayers is the number of products with learned weights in a written-out trace: its weight layers, where a recurrent or
// attention layer counts as those it is written out in, side by side or one behind the other, and products of an activation
// with a tensor made of learned tensors alone.
func WeightLayers(t *trace.Trace) int { return newLineage(t).weightLayers() }

func (g *lineage) weightLayers() int {
	n := 0
	for k, op := range g.ops {
		n += max(int(g.weights[k+1]), op.WeightLayers())
	}
	return n
}

// given reports whether a tensor is an input or a learned tensor, or made of these without a weight layer.
func (g *lineage) given(tensor int32) bool { return g.depth[tensor] <= 0 }

// readBack finds the given tensors that weight layers read.
func (g *lineage) readBack() {
	for made := int32(len(g.inputs) - 1); made > 0; made-- {
		if g.weights[made] == 0 && !g.read[made] {
			continue
		}
		for _, in := range g.passing(made) {
			if g.weights[made] > 0 || g.given(made) || g.keeps(made, in) {
				g.read[in] = true
			}
		}
	}
}

// keeps reports whether an operation passes a given tensor on, so that a layer which reads the output counts as reading the
// tensor: the tensor is its only operand or one side of a concat, or all other operands are broadcast, as a time embedding that
// is added or scales by one. A mask that is added to scores is not passed on: the scores are.
func (g *lineage) keeps(made, in int32) bool {
	if len(g.inputs[made]) == 1 || g.ops[made-1].Kind.Joins {
		return true
	}
	if !g.ops[made-1].Kind.ElementWise() {
		return false
	}
	for _, other := range g.inputs[made] {
		broadcast := g.broadcast(other) || !g.tensor(other).Shape.Equal(g.tensor(made).Shape)
		if (other == in) == broadcast {
			return false
		}
	}
	return true
}

// passing lists the inputs that a gradient is passed on to.
func (g *lineage) passing(made int32) []int32 {
	return g.inputs[made][min(int(g.choices[made]), len(g.inputs[made])):]
}

func (g *lineage) tensor(n int32) *trace.Value {
	if n == 0 {
		return g.trace.Input
	}
	return g.ops[n-1].Output
}

// again lists the operands of a concat that an earlier concat has joined, and the output of that one; none for most.
func (g *lineage) again(op *trace.Operation) ([]int, *trace.Value) {
	made := g.at[op.Output]
	l := g.listed[made]
	if len(l.again) == 0 {
		return nil, nil
	}
	return l.again, g.tensor(g.inputs[made][0])
}

// broadcast reports whether a tensor is a smaller one stretched, up to its layout. What is stretched to the shape it has, as in a file
// that leaves a dimension open, is no smaller one.
func (g *lineage) broadcast(tensor int32) bool {
	for tensor > 0 {
		op := g.ops[tensor-1]
		if !op.Kind.Stretches && !op.Kind.Reshapes {
			return false
		}
		from := g.inputs[tensor][0]
		if op.Kind.Stretches && !g.tensor(from).Shape.Equal(op.Output.Shape) {
			return true
		}
		tensor = from
	}
	return false
}

// postorder numbers tensors in the order in which a search from the outputs, inputs in order, leaves them. What no output needs
// comes last, in execution order.
func (g *lineage) postorder() []int32 {
	order := make([]int32, len(g.inputs))
	next := int32(1)
	var stack []int32
	visit := func(from int32) {
		stack = append(stack, from)
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			switch {
			case order[v] > 0:
				stack = stack[:len(stack)-1]
			case order[v] == -1:
				order[v] = next
				next++
				stack = stack[:len(stack)-1]
			default:
				order[v] = -1
				for k := len(g.inputs[v]) - 1; k >= 0; k-- {
					if in := g.inputs[v][k]; order[in] == 0 {
						stack = append(stack, in)
					}
				}
			}
		}
	}
	visit(g.at[g.trace.Output])
	for _, v := range g.trace.Outputs {
		visit(g.at[v])
	}
	for v := range order {
		visit(int32(v))
	}
	return order
}
