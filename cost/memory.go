package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Memory says how tensors are stored. The zero value is what current frameworks do, with no layer in place.
type Memory struct {
	InPlace   bool          // activations write over what they read
	FoldNorms bool          // at inference batch norms are folded into the layer before them
	Concat    ConcatStorage // empty means CopyConcat
	Loss      bool          // training ends in a cross-entropy
	// Checkpoint says which tensors of repeats are kept; what lies between is computed again in the backward pass.
	Checkpoint Checkpoint
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

// Checkpoint is a way of keeping less (Chen et al. 2016, arXiv:1604.06174). It applies to repeats that are not inside another.
type Checkpoint string

// NoCheckpoint keeps everything that is needed. CheckpointRepeats keeps the input of each iteration, CheckpointSqrt that of
// about √n segments of n iterations.
const (
	NoCheckpoint      Checkpoint = "none"
	CheckpointRepeats Checkpoint = "repeats"
	CheckpointSqrt    Checkpoint = "sqrt"
)

// Checkpoints lists them.
func Checkpoints() []Checkpoint { return []Checkpoint{NoCheckpoint, CheckpointRepeats, CheckpointSqrt} }

// on reports whether anything is computed again.
func (c Checkpoint) on() bool { return c == CheckpointRepeats || c == CheckpointSqrt }

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
func (m Memory) keeps(rule *compiled, op *trace.Operation) compiledKeeps {
	k := rule.keeps
	if m.InPlace && rule.inPlace != nil {
		k = rule.inPlace
	}
	out := *k
	if op.Kind.Name == "global_avgpool" {
		out.Input = m.MeanKeepsInput
	}
	if op.Kind.Name == "scale" && op.Args.Word("values") == "" && op.Args.Value("values").IsZero() {
		out.Input = false
	}
	if op.Kind.Name == "dropout" && op.Args.Value("rate").IsZero() {
		out = compiledKeeps{}
	}
	return out
}

// sharesInput reports whether, while training, what comes out of a layer lies in the storage of what comes in.
func (m Memory) sharesInput(rule *compiled, op *trace.Operation) bool {
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
	switch {
	case o.MixedPrecision:
		return 2
	case o.BytesPerElement == 0:
		return 4
	}
	return o.BytesPerElement
}

// bytes is the memory of elements of every sample.
func (o Options) bytes(elements symbolic.Expr) symbolic.Expr {
	return elements.Mul(o.batch()).Mul(symbolic.Int(o.elementBytes()))
}

// memory fills in the costs that depend on which tensors are there at the same time. One that has no value carries the reason.
func (c *counter) memory(t *trace.Trace, sum *Costs) {
	if c.wanted[TrainingSavedBytes] || c.wanted[TrainingSavedBytesWithoutInput] {
		all, input, runs, err := savedClosed(t, c.options)
		if err != nil {
			all, input = c.savedUnrolled(t, err)
		}
		c.total.Runs = append(c.total.Runs, runs...)
		sum.of[TrainingSavedBytes], sum.of[TrainingSavedBytesWithoutInput] = all, all.Sub(input)
	}
	if c.wanted[InferencePeakBytes] || c.wanted[PeakInputHeldBytes] {
		peak, err := FindPeak(t, c.options)
		if err != nil {
			peak = &Peak{Bytes: symbolic.Failed(err), InputHeld: symbolic.Failed(err)}
		}
		sum.of[InferencePeakBytes], sum.of[PeakInputHeldBytes] = peak.Bytes, peak.InputHeld
	}
	if c.wanted[RecomputedTrafficBytes] {
		sum.of[RecomputedTrafficBytes] = c.recomputedTraffic(t)
	}
	if c.wanted[TrainingPeakBytes] {
		sum.of[TrainingPeakBytes] = c.trainingPeak(t)
	}
	if c.wanted[TrainingTotalBytes] {
		sum.of[TrainingTotalBytes] = symbolic.Sum(sum.of[ParamBytes], sum.of[GradientBytes], sum.of[OptimizerBytes], sum.of[TrainingSavedBytes])
	}
}

// savedUnrolled is what is kept where the loops have no closed form.
func (c *counter) savedUnrolled(t *trace.Trace, reason error) (all, input symbolic.Expr) {
	if len(t.Free) > 0 || c.options.Memory.Checkpoint.on() {
		return symbolic.Failed(reason), symbolic.Expr{}
	}
	unrolled, err := t.Unrolled()
	if err == nil {
		all, input, err = savedBytes(unrolled, c.options)
	}
	if err != nil {
		return symbolic.Failed(err), symbolic.Expr{}
	}
	return all, input
}

// recomputedTraffic is what recomputed concats, norms and activations read and write once more.
func (c *counter) recomputedTraffic(t *trace.Trace) symbolic.Expr {
	if c.options.Memory.Concat != RecomputeConcat {
		return symbolic.Expr{}
	}
	if len(t.Free) > 0 {
		return symbolic.Failed(errNotClosed)
	}
	unrolled, err := t.Unrolled()
	if err != nil {
		return symbolic.Failed(err)
	}
	s := newSaver(unrolled, c.options)
	if err := s.mark(unrolled.Body); err != nil {
		return symbolic.Failed(err)
	}
	var sum symbolic.Expr
	for _, op := range unrolled.Operations() {
		if len(s.parts[op.Output]) == 0 {
			continue
		}
		own, err := c.operation(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		sum = sum.Add(own.of[TrafficBytes])
	}
	return sum
}

// trainingPeak is the peak of a training step, or why there is none.
func (c *counter) trainingPeak(t *trace.Trace) symbolic.Expr {
	switch {
	case len(t.Free) > 0:
		return symbolic.Failed(errPeakNotClosed)
	case c.options.Memory.Checkpoint.on():
		peak, err := checkpointedPeak(t, c.options)
		if err != nil {
			return symbolic.Failed(err)
		}
		return peak
	case t.Long():
		return symbolic.Failed(errors.New("the network is too long for the peak of a training step"))
	}
	unrolled, err := t.Unrolled()
	if err != nil {
		return symbolic.Failed(err)
	}
	peak, err := trainingPeak(unrolled, c.options)
	if err != nil {
		return symbolic.Failed(err)
	}
	return peak
}

// errPeakNotClosed says why formulas have no peak.
var errPeakNotClosed = errors.New("a peak is a maximum over all layers, which has no closed form; bind the symbols")

// FindPeak finds where a forward pass of a trace with all symbols bound holds the most bytes.
func FindPeak(t *trace.Trace, o Options) (*Peak, error) {
	if len(t.Free) > 0 {
		return nil, errPeakNotClosed
	}
	if t.Long() {
		short, err := t.Abbreviated()
		if err != nil {
			return nil, err
		}
		return inferencePeak(short, o)
	}
	unrolled, err := t.Unrolled()
	if err != nil {
		return nil, err
	}
	return inferencePeak(unrolled, o)
}
