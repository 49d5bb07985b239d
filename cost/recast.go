package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// recasting is the change of several steps together that the options ask for.
func (so SwapOptions) recasting() rewrite.Recasting {
	return rewrite.Recasting{To: so.To, Streams: so.Streams, Form: so.Form, Gather: so.Gather, Blocks: so.Blocks}
}

// recasted is the swap of a network by its steps. For plain adds, links that its steps do not make adds are then rewritten one
// by one.
func recasted(s Subject, so SwapOptions, original *trace.Trace, chosen []rewrite.Link, recast *rewrite.Recast) (*Swap, error) {
	out := &Swap{Name: s.Name, subject: s, options: so, To: so.To, Original: original, Chosen: chosen, recast: recast.Network}
	now := Subject{Name: s.Name, Network: recast.Network, Set: s.Set}
	if so.To != rewrite.ToAdd {
		resolved, err := now.Resolve(trace.Options{Unroll: true})
		if err != nil {
			return nil, err
		}
		out.Trace = resolved
		out.judge(recast)
		return out, nil
	}
	so.Only = nil
	rest, err := rewritten(now, so)
	if err != nil {
		return nil, err
	}
	out.Trace, out.Beside, out.rewriting = rest.Trace, rest.Beside, rest.rewriting
	out.judge(recast)
	return out, nil
}

// judge finds out which of the chosen links have changed, which were of the kind already, and why the others stay.
func (w *Swap) judge(recast *rewrite.Recast) {
	for _, l := range w.Chosen {
		reason, stays := recast.Stays[l.Merge]
		switch {
		case recast.Changed[l.Merge]:
			w.changed = append(w.changed, l)
		case stays:
			w.Refused = append(w.Refused, rewrite.Refusal{Link: l, Reason: reason})
		case recast.Already[l.Merge] || l.Is(string(w.To)):
			w.Already++
		default: // an add by itself
			w.changed = append(w.changed, l)
		}
	}
	slices.SortFunc(w.Refused, func(a, b rewrite.Refusal) int { return a.Link.ID - b.Link.ID })
}
