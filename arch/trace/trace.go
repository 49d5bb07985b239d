package trace

import (
	"slices"
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Trace is a network with its shapes, as [Resolve] makes it. Nodes are in execution order.
type Trace struct {
	Network     *arch.Network
	Bound       []Binding // the symbols that were bound, in the order of the network
	Free        []string  // the symbols left free
	Counted     []string  // symbols that should be free and are bound, because they count the iterations of repeats with links, see [Options]
	Decided     []string  // and those that are bound because conditions depend on them
	Input       *Value
	Body        []Node
	Output      *Value
	Outputs     []*Value         // of heads outside of loops
	Assumptions []Assumption     // conditions on the free symbols; empty when all are bound
	Budget      *symbolic.Budget // the rest of it after resolving, for work on the trace; nil where nothing was spent
	Runs        []*Run           // of the network's steps, in their order; nil unless asked for

	changed bool     // the trace is no longer that of its network
	blocks  bool     // layers in blocks are written out under names that do not say which iterations they are
	read    []string // the names that its network reads directly, once they are known
	written written
}

// written is the trace with its loops written out, made when it is first asked for.
type written struct {
	once  sync.Once
	trace *Trace
	err   error
}

// Binding is a symbol and the value it was given.
type Binding struct {
	Name  string
	Value symbolic.Expr
}

// Node is an *Operation or a *Loop.
type Node interface{ node() }

// Operation is one layer or merge with its arguments, its inputs and its output.
type Operation struct {
	Name   string // path of blocks, repeats and layers; unique in an unrolled trace
	Kind   *arch.Kind
	Args   arch.Args
	Inputs []*Value // one for a layer, one per path for a merge, none for a source
	Output *Value
	Pos    arch.Pos
	// Extends is, for a concat of a list, the tensor whose parts it lists again; nil for every other operation.
	Extends   *Value
	Recompute arch.Recomputation // RecomputeAll where the backward pass runs it again, RecomputeInside if its output is kept, RecomputeInverted where it computes its input; else empty
	// Survives is the share of training steps in which it runs; zero for all.
	Survives symbolic.Expr
	// Inside says that the operation is one of several that a single layer of the description consists of, and not the last, which puts
	// out what the layer does.
	Inside bool
	// Training says that the operation only runs while training.
	Training bool
	// Joint is set for operations by which parallel streams begin, meet a branch, or end. Alone is the tensor in place of its
	// output if there were a single stream, without these operations; nil if there would be none.
	Joint *Joint
	Alone *Value
	// Initial is its output at the initialisation of its paper, where that is simpler than the kind in general; else nil.
	Initial *Initial
	Mixes   bool // parallel streams or parts of one tensor, position by position
	Values  bool // values of the first attention layer to those of a later one, see [arch.ValueResidual]
	// Iteration is the one of the outermost repeat that it lies in; the zero value outside of repeats. In a loop its number has the index.
	Iteration Iteration
	// Owner is the operation before it whose weights it uses, if it is known which; see Shared.
	Owner *Operation
}

// Loop is a repeat that was not written out: its body runs Times times, and the shapes in it are expressions of Index.
type Loop struct {
	Name    string
	Times   symbolic.Expr
	Index   string // counts from 0 to Times − 1; no symbol of the network has this name
	First   int64  // the iteration of the repeat that is the first of the loop; those before it are written out
	Body    []Node
	Start   *Value   // the input of the first iteration
	In, Out *Value   // the input and the output of iteration Index
	Result  *Value   // the output of the last iteration
	Outputs []*Value // of heads in the body, once per iteration
	Mirrors []Mirror // the tensors that iterations read of an earlier loop
	// Iteration is the one of the outermost repeat that the loop lies in; the zero value where it lies in none.
	Iteration Iteration
	Past      *Past // the earlier tensors that they read; nil if they only read the one before
	Blocks    bool  // an iteration is a block of several layers of the repeat
	Pos       arch.Pos
}

// Iteration is an iteration of a repeat that lies in no other. Written out or not, operations of one have the same.
type Iteration struct {
	Of     *Outermost
	Number symbolic.Expr // from 0 on
}

// Outermost is a repeat that lies in no other.
type Outermost struct {
	Name       string
	Times      symbolic.Expr
	Reversible bool
}

// Joint is a place where parallel streams begin, meet a branch or end; all operations that make it up share it, in a loop in
// all iterations.
type Joint struct {
	Streams symbolic.Expr // how many there are
}

// Initial is the tensor that determines an operation's output before anything is learned. Parallel streams are then copies of a
// single tensor; a single tensor is Times the mean of parallel streams, or one of them where Times is zero.
type Initial struct {
	Of    *Value
	Times symbolic.Expr
}

// Site reports whether the operation is the add of parallel streams and a branch, which stays one.
func (o *Operation) Site() bool { return o.Joint != nil && o.Kind.Links && o.Kind.Merge }

// WeightLayers is how many products with learned weights the operation is written out in, and those of one way through it where
// free symbols leave that open.
func (o *Operation) WeightLayers() int {
	if n, known := o.Kind.WeightLayers(o.Args).Int64(); known {
		return int(n)
	}
	return o.Kind.Depth
}

func (*Operation) node() {}
func (*Loop) node()      {}

// Value is a tensor: the network's input, an operation's output, or an input or output of a loop.
type Value struct {
	ID       int // unique in its trace
	Shape    arch.Shape
	Producer *Operation // nil for the input and for values of loops

	Many symbolic.Expr // how many tensors of this shape it stands for, in a loop, see [Past]; zero for one
	some []*Value      // those of them that are written in a [Sampled] trace; nil for every other tensor
	list []*Value      // the parts of a concat of a list; nil for every other tensor
}

// Operations lists the operations of a trace in execution order; those of loops appear once.
func (t *Trace) Operations() []*Operation {
	ops := make([]*Operation, 0, len(t.Body))
	var visit func([]Node)
	visit = func(nodes []Node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Operation:
				ops = append(ops, n)
			case *Loop:
				visit(n.Body)
			}
		}
	}
	visit(t.Body)
	return ops
}

// Unread lists the operations of a written-out trace whose output no operation reads, and that make no output of the network or of
// a head that only runs while training.
func (t *Trace) Unread() []*Operation {
	ops := t.Operations()
	read := make(map[*Value]bool, len(ops)+1)
	read[t.Output] = true
	for _, v := range t.Outputs {
		read[v] = true
	}
	for _, op := range ops {
		for _, in := range op.Inputs {
			for _, v := range in.Tensors() {
				read[v] = true
			}
		}
	}
	return slices.DeleteFunc(ops, func(op *Operation) bool { return read[op.Output] || op.Training })
}
