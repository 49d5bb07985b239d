package cost

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// SwapOptions say which skips are rewritten and to what.
type SwapOptions struct {
	To              rewrite.Change
	Growth          symbolic.Expr // for rewrite.ToDense
	Only            []string      // numbers, kinds or names of skips; empty means all
	DropProjections bool
	Equal           *Equalize // makes one cost meet that of the original; nil leaves the widths as they come
}

// Swap is a network before and after its skips were rewritten.
type Swap struct {
	Name     string
	Before   *Total
	After    *Total
	Original *trace.Trace
	Trace    *trace.Trace // of the rewritten network
	Chosen   []rewrite.Link
	Refused  []rewrite.Refusal
	Equal    *Equal // what made a cost meet; nil if none was asked to
	// Projected is how many projections could not be dropped although that was asked for: they change the extents too.
	Projected int
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
	out.After, err = Of(out.Trace, o)
	return out, err
}

// rewritten makes the edits that the options ask for, and prices nothing yet.
func rewritten(s Subject, so SwapOptions) (*Swap, error) {
	resolved, err := trace.Resolve(s.Network, trace.Options{Set: s.Set, Unroll: true})
	if err != nil {
		return nil, err
	}
	editor := Editor(resolved)
	chosen, err := selected(editor, so.Only)
	if err != nil {
		return nil, err
	}
	out := &Swap{Name: s.Name, Original: resolved, Chosen: chosen}
	var edits []rewrite.Edit
	for _, skip := range chosen {
		if skip.Merge.Kind.Name != string(so.To) {
			edits = append(edits, rewrite.Edit{Link: skip, To: so.To, Growth: so.Growth, DropProjections: so.DropProjections})
		}
	}
	if out.Trace, out.Refused, err = editor.Rewrite(edits); err == nil && so.DropProjections {
		out.Projected = out.projections(editor)
	}
	return out, err
}

// projections counts the chosen skips whose shortcut still runs all that it did.
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

// Unshared is how many layers used the weights of another one before, and count their own after: those do not fit them any more.
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

// selected picks links by number, kind or name, and all skips if nothing is asked for. A kind means its links but for conditioning.
func selected(e *rewrite.Editor, only []string) ([]rewrite.Link, error) {
	if len(only) == 0 {
		return e.Skips(), nil
	}
	var out []rewrite.Link
	matched := map[string]bool{}
	for _, l := range e.Links() {
		keys := []string{strconv.Itoa(l.ID), l.Merge.Name}
		if l.Class != rewrite.Conditioning {
			keys = append(keys, l.Merge.Kind.Name)
		}
		if slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(only, key) }) {
			out = append(out, l)
		}
		for _, key := range keys {
			matched[key] = true
		}
	}
	for _, key := range only {
		if !matched[key] {
			return nil, fmt.Errorf("no skip has the number, kind or name %q", key)
		}
	}
	return out, nil
}
