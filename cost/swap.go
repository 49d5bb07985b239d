package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// SwapOptions say which skips are rewritten and to what.
type SwapOptions struct {
	To          rewrite.Change
	Growth      symbolic.Expr       // for rewrite.ToDense
	Only        []string            // numbers, ranges of them, kinds or names of links; empty means all skips
	Projections rewrite.Projections // empty keeps them
	Reduce      bool                // brings each concat back to the width that its merge had
	Equal       *Equalize           // makes one cost equal to that of the original; nil does not change the widths
	Streams     symbolic.Expr       // how many, for rewrite.ToStreams, see rewrite.Recasting
	Form        arch.StreamForm     // of them
	Gather      arch.Gathering      // the sum of rewrite.ToWeighted; empty for weighted
	Blocks      symbolic.Expr       // the number of blocks of rewrite.ToAttention; zero for none

	runs bool // keep the runs of the network's steps
}

// Swap is a network before and after its skips were rewritten.
type Swap struct {
	Name     string
	To       rewrite.Change
	Reduced  bool // each concat is brought back to the width that its merge had
	Before   *Total
	After    *Total
	Original *trace.Trace
	Trace    *trace.Trace // of the rewritten network
	Chosen   []rewrite.Link
	Already  int // number of chosen links that were of that kind already
	Refused  []rewrite.Refusal
	Equal    *Equal // how a cost was made equal; nil if none was asked for
	// Beside names the layers outside of the links that read a tensor whose width has changed.
	Beside []string
	// Projected is how many projections could not be dropped although that was asked for: they change the extents too.
	Projected int

	subject   Subject
	options   SwapOptions
	rewriting *rewrite.Rewriting
	recast    *arch.Network // the network whose steps were changed; nil where only links were edited
	changed   []rewrite.Link
}

// SwapSkips rewrites the skips of a subject and prices both.
func SwapSkips(s Subject, so SwapOptions, o Options) (*Swap, error) {
	out, err := rewritten(s, so)
	if err != nil {
		return nil, err
	}
	if so.Equal != nil {
		if out, err = out.equalized(s, so, o); err != nil {
			return nil, err
		}
	}
	if out.Before, err = Of(out.Original, o); err != nil {
		return nil, err
	}
	if out.After, err = Of(out.Trace, o); err == nil && o.Memory.Checkpoint.on() {
		out.After.note("checkpoints run the iterations of the original again, also where the written network has repeats of fewer")
	}
	return out, err
}

// rewritten makes the edits of the options, without pricing anything.
func rewritten(s Subject, so SwapOptions) (*Swap, error) {
	recasts := so.To.Recasts() || so.To == rewrite.ToAdd
	resolved, err := s.Resolve(trace.Options{Unroll: true, Runs: so.runs || recasts || s.Open == nil})
	if err != nil {
		return nil, err
	}
	editor := Editor(resolved)
	chosen, err := selected(editor, so.Only)
	if err == nil {
		err = spendLinks(resolved, len(chosen))
	}
	if err != nil {
		return nil, err
	}
	if recasts {
		recast := so.recasting().Recast(resolved, chosen)
		if so.To != rewrite.ToAdd || len(recast.Changed) > 0 {
			return recasted(s, so, resolved, chosen, recast)
		}
	}
	out := &Swap{Name: s.Name, subject: s, options: so, To: so.To, Reduced: so.Reduce, Original: resolved, Chosen: chosen}
	var edits []rewrite.Edit
	for _, skip := range chosen {
		if skip.Kind() == string(so.To) {
			out.Already++
			continue
		}
		edits = append(edits, rewrite.Edit{Link: skip, To: so.To, Growth: so.Growth, Projections: so.Projections, Reduce: so.Reduce})
	}
	rewriting, err := editor.Rewrite(edits)
	if err != nil {
		return nil, err
	}
	out.Trace, out.Refused, out.rewriting = rewriting.Trace, rewriting.Refused, rewriting
	if so.Projections == rewrite.DropProjections {
		out.Projected = out.projections(editor)
	}
	stays := refusals(out.Refused)
	for _, l := range chosen {
		if stays[l.ID] == "" && l.Kind() != string(so.To) {
			out.changed = append(out.changed, l)
		}
	}
	for _, op := range editor.Beside(out.changed, out.Trace) {
		out.Beside = append(out.Beside, op.Name)
	}
	return out, nil
}

// Changed are the chosen links that have been changed.
func (w *Swap) Changed() []rewrite.Link { return slices.Clone(w.changed) }

// refusals are the reasons why links stay, by their numbers.
func refusals(refused []rewrite.Refusal) map[int]string {
	reasons := map[int]string{}
	for _, r := range refused {
		reasons[r.Link.ID] = r.Reason
	}
	return reasons
}

// projections counts the chosen skips whose shortcut still has all its layers.
func (w *Swap) projections(editor *rewrite.Editor) int {
	runs := map[string]bool{}
	for _, op := range w.Trace.Operations() {
		runs[op.Name] = true
	}
	n := 0
	for k := range w.Chosen {
		dropped := func(op *trace.Operation) bool { return !runs[op.Name] }
		if w.Chosen[k].Projected && !slices.ContainsFunc(editor.Path(&w.Chosen[k]), dropped) {
			n++
		}
	}
	return n
}

// Unshared is the number of layers that shared weights before and have weights of their own now, because the shared ones do not
// fit any more.
func (w *Swap) Unshared() int {
	before := map[string]bool{}
	for _, op := range w.Original.Operations() {
		before[op.Name] = op.Shared()
	}
	n := 0
	for _, op := range w.Trace.Operations() {
		if before[op.Name] && !op.Shared() {
			n++
		}
	}
	return n
}
