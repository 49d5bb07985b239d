package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Memory says how tensors are stored. The zero value is as in current frameworks, with no layer in place.
type Memory struct {
	InPlace   bool // activations write over their inputs
	FoldNorms bool // norms are folded into the products before them, see [rewrite.Fold]
	// FoldBranches says that sums of products are folded too, see [rewrite.FoldBranches].
	FoldBranches bool
	Concat       ConcatStorage // empty means CopyConcat
	Loss         bool          // training ends in a cross-entropy
	// Checkpoint says which tensors of repeats are kept; those between are computed again in the backward pass.
	Checkpoint Checkpoint
	Framework  Framework // the rules of what training keeps
	Fused      Fused     // which layers run in one pass over memory; empty for one pass each
	Attention  Attention // how attention layers run; empty for the way of the framework
}

// ConcatStorage says where the result of a concat lives while training.
type ConcatStorage string

// The ways.
const (
	CopyConcat      ConcatStorage = "copy"
	SharedConcat    ConcatStorage = "shared"
	RecomputeConcat ConcatStorage = "recompute"
)

// ConcatStorages lists them.
func ConcatStorages() []ConcatStorage {
	return []ConcatStorage{CopyConcat, SharedConcat, RecomputeConcat}
}

// Doc says where the result is, for documentation.
func (s ConcatStorage) Doc() string {
	switch s {
	case CopyConcat:
		return "each concat makes a tensor, as frameworks do"
	case SharedConcat:
		return "one buffer grows, so that a concat keeps what its paths keep"
	case RecomputeConcat:
		return "concats that go on into another concat, and the norms and activations behind them, are computed again in the backward pass (memory-efficient DenseNet, Pleiss et al. 2017, arXiv:1707.06990)"
	}
	return ""
}

// Checkpoint is a way of keeping less (Chen et al. 2016, arXiv:1604.06174). It applies to repeats that are not inside another.
type Checkpoint string

// The ways.
const (
	NoCheckpoint      Checkpoint = "none"
	CheckpointRepeats Checkpoint = "repeats"
	CheckpointSqrt    Checkpoint = "sqrt"
)

// Checkpoints lists them.
func Checkpoints() []Checkpoint { return []Checkpoint{NoCheckpoint, CheckpointRepeats, CheckpointSqrt} }

// Doc says what is kept, for documentation.
func (c Checkpoint) Doc() string {
	switch c {
	case NoCheckpoint:
		return "all is kept that the backward pass needs"
	case CheckpointRepeats:
		return "of repeats only the arguments of each iteration are kept, and the rest computed again"
	case CheckpointSqrt:
		return "of repeats only the arguments of about √n segments of n iterations are kept, and the rest computed again (Chen et al. 2016, arXiv:1604.06174)"
	}
	return ""
}

// on reports whether anything is computed again.
func (c Checkpoint) on() bool { return c == CheckpointRepeats || c == CheckpointSqrt }

// batch is the option with its default filled in.
func (o Options) batch() symbolic.Expr {
	if o.Batch.IsZero() {
		return symbolic.Int(1)
	}
	return o.Batch
}

// peakBytes, peakInputHeldBytes, recomputedTraffic and trainingPeakBytes are rows of quantities. A cost that has no value
// carries the reason.
func peakBytes(c *counter, t *trace.Trace) whole {
	peak, err := c.inferencePeak(t)
	if err != nil {
		return failed(err)
	}
	return whole{total: peak.Bytes}
}

func peakInputHeldBytes(c *counter, t *trace.Trace) whole {
	peak, err := c.inferencePeak(t)
	if err != nil {
		return failed(err)
	}
	return whole{total: peak.InputHeld}
}

// inferencePeak finds the peak once for both quantities.
func (c *counter) inferencePeak(t *trace.Trace) (*Peak, error) {
	if c.peak == nil {
		peak, err := FindPeak(t, c.options)
		if err != nil {
			return nil, err
		}
		c.peak = peak
	}
	return c.peak, nil
}

func trainingPeakBytes(c *counter, t *trace.Trace) whole {
	peak, err := c.trainingPeak(t)
	if err != nil {
		return failed(err)
	}
	return whole{total: peak}
}

// trainingPeak is the peak of a training step, or why there is none.
func (c *counter) trainingPeak(t *trace.Trace) (symbolic.Expr, error) {
	switch {
	case len(t.Free) > 0:
		return symbolic.Expr{}, errPeakNotClosed
	case t.Long():
		return symbolic.Expr{}, errors.New("the network is too long for the peak of a training step")
	}
	unrolled, err := c.options.writtenOut(t)
	if err != nil {
		return symbolic.Expr{}, err
	}
	return c.stepPeak(unrolled)
}

// recomputes reports whether the backward pass runs some layers of a trace again.
func recomputes(t *trace.Trace) bool {
	return slices.ContainsFunc(t.Operations(), func(op *trace.Operation) bool { return op.Recompute != "" })
}

// errPeakNotClosed says why formulas have no peak.
var errPeakNotClosed = errors.New("a peak is a maximum over all layers, which has no closed form; bind the symbols")

// FindPeak finds where a forward pass of a trace with all symbols bound holds the most bytes.
func FindPeak(t *trace.Trace, o Options) (*Peak, error) {
	t, err := o.walked(t)
	if err != nil {
		return nil, err
	}
	return inferencePeak(t, o)
}

// ExplainPeak is FindPeak, and finds the links that keep tensors alive. In a network that is too long to be written out they
// are those of the few iterations that stand for all, and have no numbers.
func ExplainPeak(t *trace.Trace, o Options) (*Peak, error) {
	written, err := o.walked(t)
	if err != nil {
		return nil, err
	}
	peak, l, err := peakOf(written, o)
	if err != nil {
		return nil, err
	}
	l.keepers(peak, written, t.Long())
	return peak, nil
}

// walked is the trace that is walked for a peak: with loops written out, or with a few of their iterations if there are too
// many.
func (o Options) walked(t *trace.Trace) (*trace.Trace, error) {
	if len(t.Free) > 0 {
		return nil, errPeakNotClosed
	}
	t, _, err := o.prepared(t)
	if err != nil {
		return nil, err
	}
	if t.Long() {
		return t.Abbreviated()
	}
	return o.writtenOut(t)
}
