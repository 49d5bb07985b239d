package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
)

// keepers finds the links that keep the tensors at a peak alive.
func (l *lifetimes) keepers(p *Peak, t *trace.Trace, unnumbered bool) {
	number := map[*trace.Operation]int{}
	for k, op := range l.ops {
		number[op] = k
	}
	waiting := map[*trace.Value]*LiveTensor{}
	for k := range p.Live {
		if p.Live[k].Waiting {
			waiting[p.Live[k].Value] = &p.Live[k]
		}
	}
	editor := Editor(t)
	for _, link := range editor.Links() {
		if number[link.Merge] <= number[p.At] {
			continue
		}
		way := append(editor.Path(&link), link.Merge)
		for _, v := range passed(&link, way) {
			held := waiting[l.rootOf(v)]
			comes := func(op *trace.Operation) bool { return number[op] > number[p.At] && slices.Contains(op.Inputs, v) }
			if held != nil && slices.ContainsFunc(way, comes) {
				held.keep(link, unnumbered)
			}
		}
	}
}

// keep adds a link to those of a tensor, once.
func (t *LiveTensor) keep(l rewrite.Link, unnumbered bool) {
	if unnumbered {
		l.ID = 0
	}
	same := func(o rewrite.Link) bool { return o.ID == l.ID && o.Merge == l.Merge }
	if !slices.ContainsFunc(t.Links, same) {
		t.Links = append(t.Links, l)
	}
}

// passed lists the tensors on the way of a link, up to the operands of the merge that it stands for.
func passed(l *rewrite.Link, way []*trace.Operation) []*trace.Value {
	var out []*trace.Value
	if l.Origin != nil {
		out = append(out, l.Origin)
	}
	for _, op := range way[:len(way)-1] {
		out = append(out, op.Output)
	}
	for _, k := range l.Operands {
		out = append(out, l.Merge.Inputs[k])
	}
	return out
}
