package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Memory says how tensors are stored. The zero value is what current frameworks do, with no layer in place.
type Memory struct {
	InPlace   bool          // activations write over what they read
	FoldNorms bool          // at inference batch norms are folded into the layer before them
	Concat    ConcatStorage // empty means CopyConcat
	Loss      bool          // training ends in a cross-entropy
	// MeanKeepsInput is how older frameworks trained: a global mean kept its input for the backward pass.
	MeanKeepsInput bool
}

// ConcatStorage says where the result of a concat lives while training.
type ConcatStorage string

// Copy is what frameworks do: a fresh tensor at each concat. Shared is one buffer that grows, so that a concat keeps what
// its paths keep. Recompute is the memory-efficient DenseNet (Pleiss et al. 2017, arXiv:1707.06990): concats that go on into
// another concat, and the norms and activations behind them, are computed again in the backward pass.
const (
	CopyConcat      ConcatStorage = "copy"
	SharedConcat    ConcatStorage = "shared"
	RecomputeConcat ConcatStorage = "recompute"
)

// ConcatStorages lists them.
func ConcatStorages() []ConcatStorage {
	return []ConcatStorage{CopyConcat, SharedConcat, RecomputeConcat}
}

// Keeps says what the backward pass of a layer needs from its forward pass.
type Keeps struct {
	Input, Output bool
	// Extra is further bytes, an expression over Variables in which bytes stands for those of an element.
	Extra string
}

// compiledKeeps is Keeps with its expression parsed.
type compiledKeeps struct {
	Keeps
	extra symbolic.Expr
}

func (k Keeps) compile() (*compiledKeeps, error) {
	c := &compiledKeeps{Keeps: k}
	if k.Extra == "" {
		return c, nil
	}
	var err error
	c.extra, err = symbolic.Parse(k.Extra)
	return c, err
}

// keeps is what a layer keeps, as it is stored here.
func (m Memory) keeps(rule *compiled, op *arch.Operation) compiledKeeps {
	k := rule.keeps
	if m.InPlace && rule.inPlace != nil {
		k = rule.inPlace
	}
	out := *k
	if op.Kind.Name == "global_avgpool" {
		out.Input = m.MeanKeepsInput
	}
	if op.Kind.Name == "dropout" && op.Args.Value("rate").IsZero() {
		out = compiledKeeps{}
	}
	return out
}

// sharesInput reports whether, while training, what comes out of a layer lies in the storage of what comes in.
func (m Memory) sharesInput(rule *compiled, op *arch.Operation) bool {
	if op.Kind.Name == "dropout" {
		return op.Args.Value("rate").IsZero()
	}
	return rule.view || m.InPlace && rule.inPlace != nil
}

// batch and elementBytes are the options with their defaults filled in.
func (o Options) batch() symbolic.Expr {
	if o.Batch.IsZero() {
		return symbolic.Int(1)
	}
	return o.Batch
}

func (o Options) elementBytes() int64 {
	if o.BytesPerElement == 0 {
		return 4
	}
	return o.BytesPerElement
}

// bytes is the memory of elements of every sample.
func (o Options) bytes(elements symbolic.Expr) symbolic.Expr {
	return elements.Mul(o.batch()).Mul(symbolic.Int(o.elementBytes()))
}
