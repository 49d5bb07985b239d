package trace

import (
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Trace is a network with its shapes: what [Resolve] makes of it. Nodes stand in execution order.
type Trace struct {
	Network     *arch.Network
	Bound       []Binding // the symbols that were bound, in the order of the network
	Free        []string  // the symbols left free
	Counted     []string  // symbols that were to be free and are bound, for repeats with links count by them, see [Options]
	Decided     []string  // and those that are bound because conditions depend on them
	Input       *Value
	Body        []Node
	Output      *Value
	Outputs     []*Value         // of heads outside of loops
	Assumptions []Assumption     // what must hold for the free symbols; empty when all are bound
	Apart       bool             // iterations of a repeat that is in no other are told apart: some, or all, stand in no loop
	Budget      *symbolic.Budget // what resolving left of it, for what is read off the trace; nil where nothing was taken
	Runs        []*Run           // of the network's steps, in their order; nil unless asked for

	changed bool     // it is no longer that of its network
	read    []string // the names that its network reads directly, once they are known
	written written
}

// written is the trace with its loops written out, once it was asked for.
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

// Operation is one layer or merge with its arguments, what it reads and what it makes.
type Operation struct {
	Name   string // path of blocks, repeats and layers; unique in an unrolled trace
	Kind   *arch.Kind
	Args   arch.Args
	Inputs []*Value // one for a layer, one per path for a merge, none for a source
	Output *Value
	Pos    arch.Pos
	// Extends is, for a concat of a list, the tensor whose parts it lists again; nil for every other operation.
	Extends *Value
	Again   arch.Again // AgainAll where the backward pass runs it again, AgainInverted where it computes what it reads; else empty
	// Survives is the share of training steps in which it runs; zero for all.
	Survives symbolic.Expr
	// Part says that the operation is one of several that a layer consists of, where it is told as one.
	Part bool
	// Training says that the operation only runs while training.
	Training bool
	// Joint is set for operations by which parallel streams begin, meet a branch, or end. Alone is what stood in the place of its output
	// if there were one stream, without any of them; nil where there were none.
	Joint *Joint
	Alone *Value
	// Initial is what it puts out at the initialisation of its paper, where that is simpler than what its kind can do; else nil.
	Initial *Initial
	Mixes   bool // parallel streams or parts of one tensor, position by position
	Values  bool // values of the first attention layer to those of a later one, see [arch.ValueResidual]
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
	Start   *Value   // what enters the first iteration
	In, Out *Value   // what enters and leaves iteration Index
	Result  *Value   // what leaves the last iteration
	Outputs []*Value // of heads in the body, once per iteration
	Mirrors []Mirror // what iterations read of those of an earlier loop
	Past    *Past    // what they read of all that went before; nil if they read the one before
	Pos     arch.Pos
}

// Joint is a place where parallel streams begin, meet a branch or end, of all operations that make it up; those of one in a loop share
// it in all iterations.
type Joint struct {
	Streams symbolic.Expr // how many there are
}

// Initial is the tensor that is all an operation's output consists of before anything is learned. Of one tensor parallel streams are
// copies; of parallel streams one tensor is Times their mean, or any of them where that is zero.
type Initial struct {
	Of    *Value
	Times symbolic.Expr
}

// Site reports whether the operation is the add of parallel streams and a branch, which stays one.
func (o *Operation) Site() bool { return o.Joint != nil && o.Kind.Links && o.Kind.Merge }

func (*Operation) node() {}
func (*Loop) node()      {}

// Value is a tensor: the network's input, an operation's output, or what enters or leaves a loop.
type Value struct {
	ID       int // unique in its trace
	Shape    arch.Shape
	Producer *Operation // nil for the input and for values of loops

	Many symbolic.Expr // how many tensors of this shape it stands for, where those are of a loop, see [Past]; zero for one
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
