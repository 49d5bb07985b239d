package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
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
	Trace  *trace.Trace // unrolled
	Skips  []PricedSkip
	Whole  Costs             // the network as it is
	Alone  Costs             // with all skips cut: the trunk
	Stay   []rewrite.Refusal // those that cannot be cut at once with the others
	Caused bool              // Causes are filled in; false beyond MaxCausedSkips and MaxCausedReads
}

// PricedSkip is a skip and what would go if it alone were cut.
type PricedSkip struct {
	rewrite.Link
	Bytes  symbolic.Expr // of the tensor that waits for the merge, for the whole batch
	Causes Costs         // less than nothing where cutting makes something larger
	Reason error         // why Causes could not be computed; nil otherwise
}

// KindTotal is the skips of one kind together.
type KindTotal struct {
	Kind      string
	Count     int
	Projected int   // of them have weight layers on the shortcut
	Uncut     int   // of them cannot be cut alone
	Longest   int   // span
	Causes    Costs // of the others, added up; skips that interact do not add up to what all of them cause
}

// ByKind sums an inventory up, kinds in the order of arch.MergeOps.
func (v *Inventory) ByKind() []KindTotal {
	var out []KindTotal
	for _, op := range arch.MergeOps() {
		t := KindTotal{Kind: string(op)}
		for _, s := range v.Skips {
			if s.Merge.Kind.Name != t.Kind {
				continue
			}
			t.Count++
			t.Longest = max(t.Longest, s.Span)
			if s.Projected {
				t.Projected++
			}
			if s.Reason != nil {
				t.Uncut++
			}
			t.Causes = t.Causes.Add(s.Causes)
		}
		if t.Count > 0 {
			out = append(out, t)
		}
	}
	return out
}

// AllCut is what would go if all skips were cut at once, but for those that stay.
func (v *Inventory) AllCut() Costs { return v.Whole.Sub(v.Alone) }

// ListSkips finds the skips of a subject, and leaves open what they cause.
func ListSkips(s Subject, o Options) (*Inventory, error) {
	inv, _, err := uncaused(s, o)
	return inv, err
}

func uncaused(s Subject, o Options) (*Inventory, *rewrite.Editor, error) {
	resolved, err := trace.Resolve(s.Network, trace.Options{Set: s.Set, Unroll: true})
	if err != nil {
		return nil, nil, err
	}
	inv := &Inventory{Name: s.Name, Trace: resolved}
	editor := Editor(resolved)
	for _, skip := range editor.Skips() {
		inv.Skips = append(inv.Skips, PricedSkip{Link: skip, Bytes: o.bytes(skip.Held.Shape.AllElements())})
	}
	return inv, editor, nil
}

// TakeInventory finds the skips of a subject and cuts each in turn, and all at once.
func TakeInventory(s Subject, o Options) (*Inventory, error) {
	inv, editor, err := uncaused(s, o)
	if err != nil {
		return nil, err
	}
	whole, err := Of(inv.Trace, o)
	if err != nil {
		return nil, err
	}
	inv.Whole = whole.Costs
	inv.Caused = len(inv.Skips) <= MaxCausedSkips && len(inv.Skips)*reads(inv.Trace) <= MaxCausedReads
	var all []rewrite.Edit
	for k := range inv.Skips {
		cut := rewrite.Edit{Link: inv.Skips[k].Link, To: rewrite.Cut}
		all = append(all, cut)
		if inv.Caused {
			inv.Skips[k].cause(editor, cut, inv.Whole, o)
		}
	}
	if inv.Alone, inv.Stay, err = priceEdited(editor, all, o); err != nil {
		return nil, err
	}
	return inv, nil
}

// cause fills in what would go if the skip alone were cut, or why that cannot be said.
func (p *PricedSkip) cause(e *rewrite.Editor, cut rewrite.Edit, whole Costs, o Options) {
	without, stays, err := priceEdited(e, []rewrite.Edit{cut}, o)
	switch {
	case len(stays) > 0:
		p.Reason = errors.New(stays[0].Reason)
	case err != nil:
		p.Reason = err
	default:
		p.Causes = whole.Sub(without)
	}
}

// reads is how many operands the operations of a trace have.
func reads(t *trace.Trace) int {
	n := 0
	for _, op := range t.Operations() {
		n += len(op.Inputs)
	}
	return n
}

func priceEdited(e *rewrite.Editor, edits []rewrite.Edit, o Options) (Costs, []rewrite.Refusal, error) {
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
