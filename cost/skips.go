package cost

import (
	"iter"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Inventory is the links of a network with what each of them costs.
type Inventory struct {
	Name   string
	Trace  *trace.Trace          // unrolled
	Skips  []PricedLink          // the skips, and behind them the other links if all were asked for
	Others map[rewrite.Class]int // how many links there are of each class, listed or not
	Whole  Costs                 // the network as it is
	Alone  Costs                 // with all skips cut: the trunk
	Stay   []rewrite.Refusal     // the skips that cannot be cut at once with the others
}

// PricedLink is a link with the costs that it causes: the difference if it alone were cut.
type PricedLink struct {
	rewrite.Link
	Bytes  symbolic.Expr // of the tensor that is held, for the whole batch
	Causes Costs         // negative where cutting makes a cost larger
	Reason error         // why Causes could not be computed; nil otherwise
}

// KindTotal is the skips of one kind together.
type KindTotal struct {
	Kind      string
	Count     int
	Projected int // of them have weight layers on the shortcut
	Uncut     int // of them cannot be cut alone
	Longest   int // span
}

// ByKind counts the skips of an inventory, kinds in the order of rewrite.Kinds. What single skips cause overlaps and is not added up.
func (v *Inventory) ByKind() []KindTotal {
	var out []KindTotal
	for _, kind := range rewrite.Kinds(v.skips()) {
		t := KindTotal{Kind: kind}
		for s := range v.skips() {
			if s.Kind() != t.Kind {
				continue
			}
			t.Count++
			t.Longest = max(t.Longest, s.Span)
			if s.Projected {
				t.Projected++
			}
		}
		for k := range v.Skips {
			if p := &v.Skips[k]; p.Class == rewrite.Skip && p.Reason != nil && p.Kind() == kind {
				t.Uncut++
			}
		}
		out = append(out, t)
	}
	return out
}

// skips goes through the links that are skips.
func (v *Inventory) skips() iter.Seq[*rewrite.Link] {
	return func(yield func(*rewrite.Link) bool) {
		for k := range v.Skips {
			if l := &v.Skips[k].Link; l.Class == rewrite.Skip && !yield(l) {
				return
			}
		}
	}
}

// WeightLayers is the number of products with learned weights.
func (v *Inventory) WeightLayers() int { return rewrite.WeightLayers(v.Trace) }

// Chain reports whether each operation only reads the output of the one before it.
func (v *Inventory) Chain() bool {
	before := v.Trace.Input
	for _, op := range v.Trace.Operations() {
		if len(op.Inputs) != 1 || op.Inputs[0] != before {
			return false
		}
		before = op.Output
	}
	return len(v.Trace.Outputs) == 0
}

// Listed counts the concats that list the tensors of earlier ones again, and the tensors that the skips of concats stand for: in
// a dense block of n layers, which list 1, 2, … n earlier tensors beside the new one, n(n + 1)/2. Both are zero where none does.
func (v *Inventory) Listed() (concats, tensors int) {
	for k := range v.Skips {
		l := &v.Skips[k]
		if l.Class != rewrite.Skip || !l.Merge.Kind.Joins {
			continue
		}
		tensors += len(l.Operands)
		if len(l.Operands) > 1 {
			concats++
		}
	}
	if concats == 0 {
		return 0, 0
	}
	return concats, tensors
}

// AllCut is what all skips together cause, except those that stay.
func (v *Inventory) AllCut() Costs { return v.Whole.Sub(v.Alone) }

// ListSkips finds the skips of a subject, or all its links, without the costs that they cause.
func ListSkips(s Subject, all bool, o Options) (*Inventory, error) {
	resolved, err := s.Resolve(trace.Options{Unroll: true})
	if err != nil {
		return nil, err
	}
	inv := &Inventory{Name: s.Name, Trace: resolved}
	return inv, inv.list(Editor(resolved), all, o)
}

// list enters the links, without the costs that they cause.
func (v *Inventory) list(e *rewrite.Editor, all bool, o Options) error {
	listed := e.Skips()
	if all {
		listed = e.Links()
	}
	if err := spendLinks(v.Trace, len(listed)); err != nil {
		return err
	}
	v.Skips, v.Others = make([]PricedLink, len(listed)), map[rewrite.Class]int{}
	for k, l := range listed {
		v.Skips[k] = PricedLink{Link: l, Bytes: o.bytes(l.Held.Shape.AllElements())}
	}
	for _, l := range e.Links() {
		v.Others[l.Class]++
	}
	return nil
}

// TakeInventory finds the skips of a subject, or all its links, and cuts each in turn, and all skips at once.
func TakeInventory(s Subject, all bool, o Options) (*Inventory, error) {
	resolved, err := s.Resolve(trace.Options{Unroll: true})
	if err != nil {
		return nil, err
	}
	inv := &Inventory{Name: s.Name, Trace: resolved}
	editor := Editor(resolved)
	if err := inv.list(editor, all, o); err != nil {
		return nil, err
	}
	return inv, inv.price(editor, o)
}

// Price cuts each link that is listed in turn, and all skips at once.
func (v *Inventory) Price(o Options) error { return v.price(Editor(v.Trace), o) }

func (v *Inventory) price(e *rewrite.Editor, o Options) error {
	whole, err := Of(v.Trace, o)
	if err != nil {
		return err
	}
	v.Whole, v.Alone = whole.Costs, whole.Costs
	if err := v.cutEach(e, o); err != nil {
		return err
	}
	var skips []rewrite.Edit
	for k := range v.Skips {
		if p := &v.Skips[k]; p.Class == rewrite.Skip {
			skips = append(skips, p.cut())
		}
	}
	if len(skips) > 0 {
		v.Alone, v.Stay, err = priceEdited(e, skips, o)
	}
	return err
}

// cutEach fills in what the links cause, one by one. The error is a [SpentError] or one of the trace.
func (v *Inventory) cutEach(e *rewrite.Editor, o Options) error {
	if len(v.Skips) == 0 {
		return nil // and the network need not be analysed
	}
	cutter, err := newCutter(e, v.Trace, o)
	if err != nil {
		return err
	}
	if err := cutter.spendAhead(v.Skips); err != nil {
		return err
	}
	for k := range v.Skips {
		if err := cutter.causes(&v.Skips[k], v.Whole); err != nil {
			return err
		}
	}
	return nil
}

// cut is the edit that cuts a link.
func (p *PricedLink) cut() rewrite.Edit {
	cut := rewrite.Edit{Link: p.Link, To: rewrite.Cut}
	if p.Merge.Site() {
		cut.To = rewrite.ToAdd // parallel streams become a single one
	}
	return cut
}

// causes fills in what a link causes, or why it cannot be cut. The error is a [SpentError].
func (c *cutter) causes(p *PricedLink, whole Costs) error {
	without, err := c.without(&p.Link, whole)
	if spent := c.spent(); spent != nil {
		return spent
	}
	if err != nil {
		p.Reason = err
		return nil
	}
	p.Causes = whole.Sub(without)
	return nil
}

func priceEdited(e *rewrite.Editor, edits []rewrite.Edit, o Options) (Costs, []rewrite.Refusal, error) {
	edited, err := e.Rewrite(edits)
	if err != nil {
		return Costs{}, nil, err
	}
	total, err := Of(edited.Trace, o)
	if err != nil {
		return Costs{}, nil, err
	}
	return total.Costs, edited.Refused, nil
}
