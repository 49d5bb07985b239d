package report

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
)

// Swap shows a network before and after its skips were rewritten.
type Swap struct {
	Swap       *cost.Swap
	Quantities []cost.Quantity
	Layers     bool     // a row for each layer that changed
	Written    []string // notes on the file into which the network was written
	Chosen     bool     // the quantities were asked for, and none of them is left out of the layers for want of room
}

// Document is a row for each cost, and one of the layers that changed where asked.
func (r *Swap) Document() *Document {
	after := "after"
	if e := r.Swap.Equal; e != nil {
		after = "at equal " + e.Quantity.String()
	}
	t := Table{Columns: []Column{
		{Head: r.Swap.Name, Fit: Names}, {Head: "before", Right: true}, {Head: after, Right: true}, {Head: "ratio", Right: true},
	}}
	ratios := Object{}
	for _, q := range r.Quantities {
		before, after := r.Swap.Before.Costs, r.Swap.After.Costs
		t.Rows = append(t.Rows, Row{Text(q.String()), Cost("before", q, before), Cost("after", q, after), ratioCell(q, after, before)})
		ratios = append(ratios, Field{q.String(), ratioCell(q, after, before)})
	}
	tied, tiedNote := r.tied()
	t.Notes = append(Remarks(r.sentence()), tiedNote...)
	if n := r.Swap.Projected; n > 0 {
		t.Notes = append(t.Notes, Remarks(fmt.Sprintf("projections that stay, because they change the extents or their skip stays: %d", n))...)
	}
	if n := r.Swap.Unshared(); n > 0 {
		t.Notes = append(t.Notes, Remarks(fmt.Sprintf("layers that shared weights and have their own now, because those do not fit or are gone: %d", n))...)
	}
	if beside := r.Swap.Beside; len(beside) > 0 {
		t.Notes = append(t.Notes, Remarks("layers outside of the links read what has another width now: "+listed(beside, maxRefusalNotes, "more"))...)
	}
	t.Notes = append(t.Notes, Remarks(r.equalNotes()...)...)
	t.Notes = append(t.Notes, Remarks(readingNotes(r.Swap.Name, r.Swap.Original)...)...)
	t.Notes = append(t.Notes, Remarks(r.Swap.After.Notes...)...)
	t.Notes = append(t.Notes, Remarks(r.refusals()...)...)
	t.Notes = append(t.Notes, Remarks(r.Written...)...)
	d := &Document{Tables: []Table{t}, Data: Object{
		{"name", r.Swap.Name}, {"change", string(r.Swap.To)},
		{"before", costObject("before", r.Swap.Before.Costs, r.Quantities)}, {"after", costObject("after", r.Swap.After.Costs, r.Quantities)},
		{"ratio", ratios}, {"tied_params", tied}, {"skips", r.skips()},
	}}
	if e := r.Swap.Equal; e != nil {
		d.Data = append(d.Data, Field{"equal", equalObject(e)})
	}
	if r.Layers {
		layers := layerChanges("layers that change", r.Swap.LayerChanges(r.Quantities), r.Quantities, r.Chosen, nil)
		d.Tables = append(d.Tables, layers)
		d.Data = append(d.Data, Field{"layers", layers.Objects()})
	}
	return d
}

func (r *Swap) sentence() string {
	changed := len(r.Swap.Chosen) - len(r.Swap.Refused) - r.Swap.Already
	if len(r.Swap.Chosen) == 0 {
		return r.Swap.Name + " has no skips, and nothing is rewritten; skipcost skips --all lists what it has instead"
	}
	text := fmt.Sprintf("%d of %d links as %s", changed, len(r.Swap.Chosen), r.Swap.To)
	if r.Swap.To == rewrite.Cut {
		text = fmt.Sprintf("%d of %d links cut", changed, len(r.Swap.Chosen))
	}
	switch r.Swap.Already {
	case 0:
	case 1:
		text += fmt.Sprintf(" (1 was %s already)", r.Swap.To)
	default:
		text += fmt.Sprintf(" (%d were %s already)", r.Swap.Already, r.Swap.To)
	}
	return text
}

// tied is the parameters of the network with concats whose weights are tied so that it equals the one that adds, with a note.
func (r *Swap) tied() (Cell, []Note) {
	tied, err := r.Swap.TiedParams()
	switch {
	case errors.Is(err, cost.ErrNotTied):
		return Missing(err.Error()), nil
	case err != nil:
		return Missing(err.Error()), Remarks("equal weights for the parts of a concat do not make this the network that adds: " + err.Error())
	}
	text := fmt.Sprintf("with equal weights for the parts of a concat this is the network that adds: %s of the %s params",
		wholeText(tied), wholeText(r.Swap.After.Of(cost.Params)))
	return ExactCost("tied", cost.Params, tied), Remarks(text)
}

// maxRefusalNotes bounds the reasons that are given, and the skips that are named for each; machine formats have all.
const maxRefusalNotes = 8

// particular matches what differs between similar reasons: names of operations, and numbers.
var particular = regexp.MustCompile(`[^\s,]*[.\[][^\s,]*|\d+`)

// refusals says which skips stay and why; skips with the same or a similar reason share a line.
func (r *Swap) refusals() []string {
	type refusal struct {
		reason string
		alike  bool // other reasons differ only in names and numbers
		skips  []string
	}
	var all []*refusal
	byKind := map[string]*refusal{}
	for _, refused := range r.Swap.Refused {
		kind := particular.ReplaceAllString(refused.Reason, "#")
		one := byKind[kind]
		if one == nil {
			one = &refusal{reason: refused.Reason}
			byKind[kind], all = one, append(all, one)
		}
		one.alike = one.alike || one.reason != refused.Reason
		one.skips = append(one.skips, fmt.Sprintf("%d (%s)", refused.Link.ID, refused.Link.Merge.Name))
	}
	var out []string
	for k, one := range all {
		if k == maxRefusalNotes {
			return append(out, fmt.Sprintf("others stay for %d more reasons", len(all)-k))
		}
		word, verb := "skip", "stays"
		if len(one.skips) > 1 {
			word, verb = "skips", "stay"
		}
		text := fmt.Sprintf("%s %s %s: %s", word, listed(one.skips, maxRefusalNotes, "more"), verb, one.reason)
		if one.alike {
			text += ", and so on"
		}
		out = append(out, text)
	}
	return out
}

// equalNotes say what was changed to make a cost equal, how near it comes, and whether the network's output changed with it.
func (r *Swap) equalNotes() []string {
	e := r.Swap.Equal
	if e == nil {
		return nil
	}
	text, comes, makes := fmt.Sprintf("%s = %d", e.By, e.Value), "comes", "makes"
	if e.Factor != nil {
		text, comes, makes = "widths × "+factorText(e.Factor), "come", "make"
	}
	if e.Reached.Cmp(e.Target) == 0 {
		text += fmt.Sprintf(" %s %s equal: %s", makes, e.Quantity, Thousands(e.Target))
	} else {
		text += fmt.Sprintf(" %s nearest: %s %s against %s", comes, e.Quantity, Thousands(e.Reached), Thousands(e.Target))
	}
	notes := []string{text}
	if was, is := r.Swap.Original.Output.Shape, r.Swap.Trace.Output.Shape; !was.Equal(is) {
		notes = append(notes, fmt.Sprintf("the output is %s, not %s", is.Text(), was.Text()))
	}
	return notes
}

// listed names at most so many, and counts the rest: 1, 2, 5 more.
func listed(names []string, most int, more string) string {
	if n := len(names); n > most {
		names = append(names[:most:most], fmt.Sprintf("%d %s", n-most, more))
	}
	return strings.Join(names, ", ")
}

// factorText writes a factor in decimals, and as the fraction it is where those are rounded: ~0.6383 (30/47).
func factorText(f *big.Rat) string {
	text := Ratio(f)
	if written, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", "")); ok && written.Cmp(f) == 0 {
		return text
	}
	return fmt.Sprintf("~%s (%s)", strings.TrimPrefix(text, "~"), f.RatString())
}

// skips lists the chosen skips and whether each of them changed.
func (r *Swap) skips() []Object {
	refused := map[int]string{}
	for _, f := range r.Swap.Refused {
		refused[f.Link.ID] = f.Reason
	}
	changed := map[int]bool{}
	for _, l := range r.Swap.Changed() {
		changed[l.ID] = true
	}
	out := make([]Object, 0, len(r.Swap.Chosen))
	for _, s := range r.Swap.Chosen {
		o := Object{{"id", s.ID}, {"kind", s.Kind()}, {"to", s.Merge.Name}, {"changed", changed[s.ID]}}
		if reason := refused[s.ID]; reason != "" {
			o = append(o, Field{"reason", reason})
		}
		out = append(out, o)
	}
	return out
}

// equalObject is what was changed to make a cost equal: the factor of the widths as a fraction, or the value of a symbol.
func equalObject(e *cost.Equal) Object {
	out := Object{{"cost", e.Quantity.String()}, {"by", e.By}, {"value", e.Value}}
	if e.Factor != nil {
		out = Object{{"cost", e.Quantity.String()}, {"by", "width"}, {"factor", e.Factor.RatString()}}
	}
	return append(out, Field{"target", Number{e.Target}}, Field{"reached", Number{e.Reached}})
}
