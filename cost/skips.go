package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// What each skip causes is computed for so many skips of a network: every one of them is cut in turn and the network priced
// again. The operands that operations read, counted each time, are bounded too.
const (
	MaxCausedSkips = 500
	MaxCausedReads = 50_000_000
)

// Inventory is the skips of a network with what each of them costs.
type Inventory struct {
	Name   string
	Trace  *arch.Trace // unrolled
	Skips  []PricedSkip
	Whole  Costs          // the network as it is
	Alone  Costs          // with all skips cut: the trunk
	Stay   []arch.Refusal // those that cannot be cut at once with the others
	Caused bool           // Causes are filled in; false beyond MaxCausedSkips and MaxCausedReads
}

// PricedSkip is a skip and what would go if it alone were cut.
type PricedSkip struct {
	arch.Skip
	Bytes  symbolic.Expr // of the tensor that waits for the merge, for the whole batch
	Causes Costs         // less than nothing where cutting makes something larger
	Reason error         // why Causes could not be computed; nil otherwise
}

// TakeInventory finds the skips of a subject and cuts each in turn.
func TakeInventory(s Subject, o Options) (*Inventory, error) {
	trace, err := arch.Resolve(s.Network, arch.Options{Set: s.Set, Unroll: true})
	if err != nil {
		return nil, err
	}
	whole, err := Of(trace, o)
	if err != nil {
		return nil, err
	}
	inv := &Inventory{Name: s.Name, Trace: trace, Whole: whole.Costs}
	editor := arch.NewEditor(trace)
	skips := editor.Skips()
	inv.Caused = len(skips) <= MaxCausedSkips && len(skips)*reads(trace) <= MaxCausedReads
	var all []arch.Edit
	for _, skip := range skips {
		p := PricedSkip{Skip: skip, Bytes: o.bytes(skip.Waiting.Shape.AllElements())}
		cut := arch.Edit{Skip: skip, To: arch.Cut}
		all = append(all, cut)
		if inv.Caused {
			var without Costs
			var stays []arch.Refusal
			without, stays, p.Reason = priceEdited(editor, []arch.Edit{cut}, o)
			switch {
			case len(stays) > 0:
				p.Reason = errors.New(stays[0].Reason)
			case p.Reason == nil:
				p.Causes = whole.Costs.Sub(without)
			}
		}
		inv.Skips = append(inv.Skips, p)
	}
	if inv.Alone, inv.Stay, err = priceEdited(editor, all, o); err != nil {
		return nil, err
	}
	return inv, nil
}

// reads is how many operands the operations of a trace have.
func reads(t *arch.Trace) int {
	n := 0
	for _, op := range t.Operations() {
		n += len(op.Inputs)
	}
	return n
}

func priceEdited(e *arch.Editor, edits []arch.Edit, o Options) (Costs, []arch.Refusal, error) {
	edited, stay, err := e.Rewrite(edits)
	if err != nil {
		return Costs{}, nil, err
	}
	total, err := Of(edited, o)
	if err != nil {
		return Costs{}, nil, err
	}
	return total.Costs, stay, nil
}

// Sub is the difference, quantity by quantity.
func (c Costs) Sub(d Costs) Costs {
	for q := range c.of {
		c.of[q] = c.of[q].Sub(d.of[q])
	}
	return c
}
