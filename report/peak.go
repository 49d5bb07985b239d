package report

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/cost"
)

// NamedPeak is the inference peak of a network.
type NamedPeak struct {
	Name string
	Peak *cost.Peak
}

// sheet lists what is there at the peak, and what keeps it alive.
func (p NamedPeak) sheet(style Style) Sheet {
	s := Sheet{
		Title: p.Name + ": inference peak of " + bytesText(p.Peak.Bytes, style) + at(p.Peak),
		Columns: []Column{
			{Head: "tensor"}, {Head: "shape", Right: true}, {Head: "bytes", Right: true}, {Head: "read last by"}, {Head: "kept alive by"},
		},
	}
	for _, l := range p.Peak.Live {
		s.Rows = append(s.Rows, []string{producer(l.Value), shapeText(l.Value.Shape, style), bytesText(l.Bytes, style), reader(l), keeper(l, p.Peak)})
	}
	return s
}

func at(p *cost.Peak) string {
	if p.At == nil {
		return " on entry"
	}
	return " at " + p.At.Name
}

func producer(v *arch.Value) string {
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

// keeper says why a tensor is there: the operation at the peak reads or makes it, or a later one waits for it.
func keeper(l cost.LiveTensor, p *cost.Peak) string {
	switch {
	case p.At != nil && l.Value == p.At.Output:
		return "just made"
	case !l.Waiting:
		return "being read"
	case l.Reader != nil && l.Reader.Kind.Merge:
		return "skip: " + l.Reader.Kind.Name
	}
	return "a later reader"
}

func (p NamedPeak) object() Object {
	live := make([]Object, 0, len(p.Peak.Live))
	for _, l := range p.Peak.Live {
		live = append(live, Object{
			{"tensor", producer(l.Value)}, {"shape", l.Value.Shape.ASCII()}, {"bytes", exact(l.Bytes)}, {"read_last_by", reader(l)},
			{"kept_alive_by", keeper(l, p.Peak)},
		})
	}
	name := ""
	if p.Peak.At != nil {
		name = p.Peak.At.Name
	}
	return Object{{"bytes", exact(p.Peak.Bytes)}, {"at", name}, {"live", live}}
}
