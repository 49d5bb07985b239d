package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// openError is the reason why a cost has no closed form over the loops of a trace.
type openError string

// Error is the reason.
func (e openError) Error() string { return string(e) }

// isOpen reports whether a cost fails because it has no closed form.
func isOpen(err error) bool {
	var open openError
	return errors.As(err, &open)
}

// through computes a cost over the loops of a trace. A cost without a closed form is sampled, see [sampling]; one that cannot
// be sampled is computed with the loops written out. The form is nil except for samples.
func (c *counter) through(t *trace.Trace, read func(*counter, *trace.Trace) error, price pricing) (form *samplePrice, err error) {
	if err = read(c, t); !isOpen(err) {
		return nil, err
	}
	if form, e := c.sampled(t, price); e == nil {
		c.total.Runs = append(c.total.Runs, form.runs...)
		return form, nil
	}
	out, e := c.options.writtenOut(t)
	switch {
	case e == nil && out == t, e != nil && len(t.Free) > 0:
		return nil, err
	case e != nil:
		return nil, e
	}
	own, err := c.on(out)
	if err == nil {
		err = read(own, out)
	}
	return nil, err
}

// on is a counter for another trace of the same network, with its types and its trained layers.
func (c *counter) on(t *trace.Trace) (*counter, error) {
	own := *c
	own.passes, own.kept, own.saver = nil, nil, nil
	own.selects(t)
	var err error
	own.types, err = newElementTypes(t, own.options)
	return &own, err
}

// prepared is the trace that is priced, with norms folded if asked for. Repeats whose iterations differ in their trained
// layers, or in the types of their inputs, are written out where possible. With free symbols it is valid where runs are at
// least 1.
func (o Options) prepared(t *trace.Trace) (out *trace.Trace, runs []symbolic.Expr, err error) {
	if t, err = o.apart(t); err != nil {
		return t, nil, err
	}
	folded, runs, err := o.folded(t)
	if errors.Is(err, rewrite.ErrUnevenFolds) && len(t.Free) == 0 {
		out, err = o.writtenOut(t)
		return out, nil, err
	}
	if err == nil && (o.Memory.Fused != "" || o.Memory.Checkpoint == CheckpointSqrt) && len(t.Free) == 0 && !t.Long() {
		folded, err = o.writtenOut(folded)
	}
	return folded, runs, err
}

// folded is the trace with its norms, and sums of products, folded if asked for, where runs are at least 1.
func (o Options) folded(t *trace.Trace) (folded *trace.Trace, runs []symbolic.Expr, err error) {
	switch {
	case o.Memory.FoldBranches:
		return rewrite.FoldBranches(t)
	case o.Memory.FoldNorms:
		return rewrite.Fold(t)
	}
	return t, nil, nil
}

// writtenOut is the trace with its loops written out, and norms folded if asked for.
func (o Options) writtenOut(t *trace.Trace) (*trace.Trace, error) {
	if !t.HasLoops() {
		return t, nil
	}
	unrolled, err := t.Unrolled()
	if err != nil {
		return unrolled, err
	}
	unrolled, _, err = o.folded(unrolled)
	return unrolled, err
}

// apart writes out repeats whose iterations differ.
func (o Options) apart(t *trace.Trace) (*trace.Trace, error) {
	if len(t.Free) > 0 || !t.HasLoops() {
		return t, nil
	}
	if types, err := newElementTypes(t, o); err != nil || !types.even {
		return t.Unrolled()
	}
	if newSelection(t, o).open != nil {
		return t.Unrolled()
	}
	return t, nil
}
