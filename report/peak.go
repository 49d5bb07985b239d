package report

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// NamedPeak is the inference peak of a network.
type NamedPeak struct {
	Name string
	Peak *cost.Peak
}

// table lists the tensors in memory at the peak, and what keeps each of them alive.
func (p NamedPeak) table() Table {
	t := Table{
		Title: []Cell{Text(p.Name + ": inference peak of "), Bytes(p.Peak.Bytes), Text(at(p.Peak))},
		Columns: []Column{
			{Head: "tensor", Fit: Names}, {Head: "shape", Right: true}, {Head: "bytes", Right: true},
			{Head: "read last by", Path: "read_last_by", Fit: Names}, {Head: "kept alive by", Path: "kept_alive_by"},
		},
	}
	for _, l := range p.Peak.Live {
		t.Rows = append(t.Rows, Row{
			Text(producer(l.Value)), Extents(l.Value.Shape), Bytes(l.Bytes), Text(reader(l)), Text(keeper(l, p.Peak)),
		})
	}
	return t
}

func (p NamedPeak) object() Object {
	name := ""
	if p.Peak.At != nil {
		name = p.Peak.At.Name
	}
	t := p.table()
	return Object{{"bytes", Bytes(p.Peak.Bytes)}, {"at", name}, {"live", t.Objects()}}
}

func at(p *cost.Peak) string {
	if p.At == nil {
		return " on entry"
	}
	return " at " + p.At.Name
}

func producer(v *trace.Value) string {
	if v.Producer == nil {
		return "input"
	}
	return v.Producer.Name
}

func reader(l cost.LiveTensor) string {
	if l.Reader == nil {
		return "the caller"
	}
	return l.Reader.Name
}

// keeper says why a tensor is in memory: the operation at the peak reads or makes it, a later operation reads it, or links hold
// it.
func keeper(l cost.LiveTensor, p *cost.Peak) string {
	switch {
	case p.At != nil && l.Value == p.At.Output:
		return "just made"
	case !l.Waiting:
		return "being read"
	case len(l.Links) > 0:
		return links(l.Links)
	}
	return "a later reader"
}

// links names some links of one tensor by class, number and merge.
func links(list []rewrite.Link) string {
	var names []string
	for _, l := range list {
		name := string(l.Class)
		if l.ID > 0 {
			name += fmt.Sprintf(" %d", l.ID)
		}
		names = append(names, name+" ("+l.Kind()+")")
	}
	return listed(names, maxKeepers, "more")
}

// maxKeepers is how many links are named that keep one tensor alive.
const maxKeepers = 3
