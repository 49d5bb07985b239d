package cost

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// ErrNotTied is the error for a swap to anything but a concat, which has no tied parameters.
var ErrNotTied = errors.New("only concats that were adds have parts to tie")

// TiedParams is the number of parameters of a network whose adds became concats, if every layer behind such a concat has the
// same weights for all of its parts. W·x + W·f is W·(x + f), so that the tied network is the network that adds, and has its
// parameters. The error names an operation between a concat and the weights that makes this impossible: a norm or an activation
// of x and of f is not that of x + f.
func (w *Swap) TiedParams() (symbolic.Expr, error) {
	if w.To != rewrite.ToConcat || w.Reduced {
		return symbolic.Expr{}, ErrNotTied
	}
	if w.Equal != nil {
		return symbolic.Expr{}, errors.New("the widths are not those of before")
	}
	tie := tying{readers: map[*trace.Value][]*trace.Operation{}}
	after := map[string]*arch.Kind{}
	for _, op := range w.Trace.Operations() {
		after[op.Name] = op.Kind
	}
	tied := 0
	for _, op := range w.Original.Operations() {
		for _, in := range op.Inputs {
			tie.readers[in] = append(tie.readers[in], op)
		}
	}
	for _, op := range w.Original.Operations() {
		if now := after[op.Name]; !op.Kind.Links || now == nil || now == op.Kind {
			continue
		}
		if err := tie.merge(op); err != nil {
			return symbolic.Expr{}, err
		}
		tied++
	}
	if tied == 0 {
		return symbolic.Expr{}, ErrNotTied
	}
	return w.Before.Of(Params), nil
}

// tying finds out whether the weights behind the sums of a network could be applied to each term.
type tying struct {
	readers map[*trace.Value][]*trace.Operation
}

func (t tying) merge(op *trace.Operation) error {
	if !op.Kind.Sums() {
		return fmt.Errorf("%s is a %s, no add", op.Name, op.Kind.Name)
	}
	for _, reader := range t.readers[op.Output] {
		if err := t.reader(op, reader); err != nil {
			return err
		}
	}
	return nil
}

// reader checks an operation behind a sum: another sum adds its terms to these, and a product with learned weights that mixes
// all channels can be applied to each term.
func (t tying) reader(sum, op *trace.Operation) error {
	grouped := op.Args.Has("groups") && !op.Args.Value("groups").IsOne()
	switch {
	case op.Kind.Sums(), op.Kind.WeightLayer() && !grouped:
		return nil
	case grouped:
		return fmt.Errorf("%s reads %s in groups of channels", op.Name, sum.Name)
	}
	return fmt.Errorf("%s (%s) stands between %s and the weights that read it", op.Name, op.Kind.Name, sum.Name)
}
