package cost

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Equalize says which cost of a rewritten network is made equal to that of the original, and by changing what.
type Equalize struct {
	Quantity Quantity
	By       string // a symbol of the network; empty scales all widths, see [rewrite.Scaler]
}

// Equal is the network that comes nearest, and how near it comes.
type Equal struct {
	Equalize
	Value   int64    // of the symbol; 0 where widths were scaled
	Factor  *big.Rat // of the widths; nil where a symbol was changed
	Target  *big.Int // the cost of the original
	Reached *big.Int // the cost of the rewritten network
}

// family is a function from whole numbers, from 1 on, to rewritten networks. The error is the reason why there is none for a
// number.
type family func(n int64) (*Swap, error)

// equalized is the swap whose cost after the rewrite is nearest to that of the original.
func (w *Swap) equalized(s Subject, so SwapOptions, o Options) (*Swap, error) {
	q := so.Equal.Quantity
	o.Quantities, o.Layers = []Quantity{q}, false
	target, err := wholeCost(w.Original, q, o)
	if err != nil {
		return nil, err
	}
	if now, err := wholeCost(w.Trace, q, o); err == nil && now.Cmp(target) == 0 && so.Equal.By == "" {
		w.Equal = &Equal{Equalize: *so.Equal, Factor: big.NewRat(1, 1), Target: target, Reached: now}
		return w, nil // no change of widths is needed
	}
	members, start, err := w.family(s, so)
	if err != nil {
		return nil, err
	}
	find := &nearest{target: target, price: func(n int64) (*big.Int, int, error) {
		member, err := members(n)
		if err != nil {
			return nil, 0, err
		}
		price, err := wholeCost(member.Trace, q, o)
		return price, len(member.Trace.Body), err
	}}
	n, err := find.search(start)
	if err != nil {
		return nil, fmt.Errorf("equal %s by %s: %w", q, so.Equal.what(), err)
	}
	out, err := members(n)
	if err != nil {
		return nil, err
	}
	out.Original = w.Original
	out.Equal.Target, out.Equal.Reached = target, find.seen[n]
	return out, nil
}

func (e Equalize) what() string {
	if e.By == "" {
		return "width"
	}
	return e.By
}

// family is the networks among which the nearest is searched, and the number of the present one.
func (w *Swap) family(s Subject, so SwapOptions) (family, int64, error) {
	if so.Equal.By == "" {
		return w.ofWidths(*so.Equal)
	}
	return w.ofSymbol(s, so)
}

// ofSymbol is the family of rewritten networks for the values of a symbol.
func (w *Swap) ofSymbol(s Subject, so SwapOptions) (family, int64, error) {
	name := so.Equal.By
	for _, b := range w.Original.Bound {
		if b.Name != name {
			continue
		}
		present, whole := b.Value.Int64()
		if !whole {
			return nil, 0, fmt.Errorf("%s is %s, and only whole numbers are tried", name, b.Value.Text())
		}
		return func(n int64) (*Swap, error) {
			out, err := rewritten(s.With(map[string]symbolic.Expr{name: symbolic.Int(n)}), so)
			if err != nil {
				return nil, err
			}
			out.Equal = &Equal{Equalize: *so.Equal, Value: n}
			return out, nil
		}, max(present, 1), nil
	}
	return nil, 0, fmt.Errorf("%s has no effect on %s", name, s.Name)
}

// ofWidths is the family of scaled networks. Its numbers are steps: at 1 all widths are as small as possible.
func (w *Swap) ofWidths(e Equalize) (family, int64, error) {
	scaler, err := rewrite.NewScaler(w.Trace)
	if err != nil {
		return nil, 0, err
	}
	taken := scaler.Steps(big.NewRat(1, 1))
	if !taken.IsInt64() {
		return nil, 0, fmt.Errorf("%s is too wide to be scaled", w.Name)
	}
	return func(n int64) (*Swap, error) {
		factor := scaler.Factor(big.NewInt(n - 1))
		resolved, err := scaler.Scale(factor)
		if err != nil {
			return nil, err
		}
		out := *w
		out.Trace, out.Equal = resolved, &Equal{Equalize: e, Factor: factor}
		return &out, nil
	}, taken.Int64() + 1, nil
}

// wholeCost prices one quantity of a trace.
func wholeCost(t *trace.Trace, q Quantity, o Options) (*big.Int, error) {
	total, err := Of(t, o)
	if err != nil {
		return nil, err
	}
	n, ok := total.Of(q).Integer()
	switch err := total.Of(q).Err(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", q, err)
	case !ok:
		return nil, fmt.Errorf("%s is no whole number and cannot be made to meet", q)
	}
	return n, nil
}
