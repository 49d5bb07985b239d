package rewrite

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Refusal is an edit that makes no sense, and why.
type Refusal struct {
	Link   Link
	Reason string
}

// Rewriting is the result of editing a trace.
type Rewriting struct {
	Trace   *trace.Trace
	Refused []Refusal

	rewriter *rewriter
	before   *trace.Trace
}

// Editor rewrites the links of one unrolled trace, in as many ways as one likes.
type Editor struct {
	trace  *trace.Trace
	finder *finder
	links  []Link
	wiring *wiring // made when a link is first cut alone
}

// NewEditor finds the links of an unrolled trace, see [Link].
func NewEditor(t *trace.Trace, macs MACs) *Editor {
	e := &Editor{trace: t, finder: newFinder(t, macs)}
	e.links = e.finder.all()
	return e
}

// Links are those of the trace, the skips first.
func (e *Editor) Links() []Link { return e.links }

// Skips are the links that are skips.
func (e *Editor) Skips() []Link {
	n := 0
	for n < len(e.links) && e.links[n].Class == Skip {
		n++
	}
	return e.links[:n:n]
}

// WeightLayers is how many weight layers the trace has, see [WeightLayers].
func (e *Editor) WeightLayers() int { return e.finder.weightLayers() }

// Path lists the operations on the way of a link, from its origin to the merge, in execution order.
func (e *Editor) Path(l *Link) []*trace.Operation { return e.finder.path(l) }

// Rewrite makes edits and runs the shape rules again. Layers keep the width they output, except where one must follow: the last
// layer of a body that is added to (or gates) a tensor takes that tensor's width, and depthwise convolutions take the width
// they read. Operations that nothing reads any more are gone. Edits that make no sense are refused and leave their skip
// unchanged. Where a shape rule behind them fails, such as that of a slice of more channels than there are, the edits before it
// are refused, the last one first, until it holds.
func (e *Editor) Rewrite(edits []Edit) (*Rewriting, error) {
	var refused []Refusal
	for attempt := 1; ; attempt++ {
		w := newRewriter(e.trace)
		w.links = e.finder
		refused = append(refused, w.planAll(e.links, edits, refused)...)
		out, err := w.rerun(e.trace)
		if err == nil {
			slices.SortFunc(refused, func(a, b Refusal) int { return a.Link.ID - b.Link.ID })
			return &Rewriting{Trace: out, Refused: refused, rewriter: w, before: e.trace}, nil
		}
		blamed := w.blame(edits, refused)
		if len(blamed) == 0 {
			return nil, err
		}
		// Edits are refused one at a time; once many had to be, in growing groups, so that the number of attempts stays small.
		for _, b := range blamed[:min(len(blamed), 1<<min(30, max(0, attempt-maxSingleRefusals)))] {
			refused = append(refused, Refusal{Link: b.Link, Reason: w.reason()})
		}
	}
}

// maxSingleRefusals is how many edits are refused one by one before they are refused in groups.
const maxSingleRefusals = 256

func newRewriter(t *trace.Trace) *rewriter {
	w := &rewriter{
		run: trace.NewRerun(t.Network), now: map[*trace.Value]*trace.Value{}, follow: map[*trace.Operation]*trace.Value{}, fixed: map[*trace.Operation]symbolic.Expr{},
		edits: map[*trace.Operation]Edit{}, cut: map[*trace.Operation][]int{}, bypass: map[*trace.Operation]bool{}, was: map[*trace.Operation]*trace.Operation{},
		projected: map[*trace.Operation][]int{},
	}
	w.args = w.followed
	return w
}

// planAll plans the edits that are not refused yet, and returns those that it refuses.
func (w *rewriter) planAll(links []Link, edits []Edit, before []Refusal) []Refusal {
	stays := refusedIDs(before)
	var refused []Refusal
	edited := map[int]bool{}
	for _, e := range edits {
		if stays[e.Link.ID] {
			continue
		}
		reason := w.plan(e)
		edited[e.Link.ID] = reason == ""
		if reason != "" {
			refused = append(refused, Refusal{Link: e.Link, Reason: reason})
		}
	}
	refused = append(refused, w.planAlone(links, edits)...)
	for k := range links {
		if _, changed := w.edits[links[k].Merge]; !changed && !edited[links[k].ID] {
			w.keep(&links[k])
		}
	}
	return refused
}

func refusedIDs(refused []Refusal) map[int]bool {
	ids := map[int]bool{}
	for _, r := range refused {
		ids[r.Link.ID] = true
	}
	return ids
}

// blame lists the edits on which the operation that failed depends, the nearest first: it reads the output of the merge,
// follows its width, or stands behind a layer whose width was changed or that was dropped.
func (w *rewriter) blame(edits []Edit, refused []Refusal) []Edit {
	before := map[*trace.Operation]bool{w.failed: true}
	for open := []*trace.Operation{w.failed}; len(open) > 0; {
		op := open[len(open)-1]
		open = open[:len(open)-1]
		reads := op.Inputs
		if leads := w.follow[op]; leads != nil {
			reads = append(slices.Clone(reads), leads)
		}
		for _, in := range reads {
			if p := in.Producer; p != nil && !before[p] {
				before[p] = true
				open = append(open, p)
			}
		}
	}
	stays := refusedIDs(refused)
	var blamed []Edit
	for _, e := range slices.Backward(edits) {
		if !stays[e.Link.ID] && (before[e.Link.Merge] || e.changesAny(before) || w.dropsAny(e, before)) {
			blamed = append(blamed, e)
		}
	}
	return blamed
}

// changesAny reports whether an edit changes the width of one of the operations.
func (e Edit) changesAny(ops map[*trace.Operation]bool) bool {
	bodies, _ := e.bodies()
	return e.To != ToConcat && e.To != Cut && slices.ContainsFunc(bodies, func(last *trace.Operation) bool { return ops[last] })
}

// dropsAny reports whether an edit drops one of the operations on the way of its link.
func (w *rewriter) dropsAny(e Edit, ops map[*trace.Operation]bool) bool {
	return e.To != Cut && e.Link.Origin != nil && slices.ContainsFunc(w.links.path(&e.Link), func(op *trace.Operation) bool { return ops[op] && w.bypass[op] })
}

// reason says which shape rule failed, and why.
func (w *rewriter) reason() string {
	return fmt.Sprintf("%s, at %s", w.problem.Message, w.failed.Name)
}
