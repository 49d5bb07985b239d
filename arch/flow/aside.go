package flow

import (
	"errors"

	"github.com/skipcost/skipcost/arch/trace"
)

// errAside is why nothing is said of a tensor from which only learned numbers are made that begin as they would without it.
var errAside = errors.New("it only makes numbers that begin at 0")

// aside lists the tensors that lead to an output through operations alone of which it is known what they put out at first, and that it is
// not them.
func aside(t *trace.Trace) map[*trace.Value]bool {
	s := &straying{read: map[*trace.Value]bool{}, follow: map[*trace.Value]bool{}}
	for _, op := range t.Operations() {
		s.any = s.any || op.Initial != nil
		for _, v := range op.Inputs {
			s.read[v] = true
		}
	}
	if !s.any {
		return nil
	}
	for _, v := range ends(t) {
		s.follow[v] = true
	}
	s.nodes(t.Body)
	return s.out
}

// straying goes over a trace from the end.
type straying struct {
	any          bool
	read, follow map[*trace.Value]bool // by anything at all, and by what is followed
	out          map[*trace.Value]bool
}

func (s *straying) nodes(nodes []trace.Node) {
	for k := len(nodes) - 1; k >= 0; k-- {
		switch n := nodes[k].(type) {
		case *trace.Operation:
			s.operation(n)
		case *trace.Loop:
			for _, v := range append([]*trace.Value{n.Out, n.Start}, n.Outputs...) {
				s.follow[v] = true
			}
			s.nodes(n.Body)
		}
	}
}

func (s *straying) operation(op *trace.Operation) {
	if s.read[op.Output] && !s.follow[op.Output] {
		if s.out == nil {
			s.out = map[*trace.Value]bool{}
		}
		s.out[op.Output] = true
		return
	}
	for _, v := range followed(op) {
		s.follow[v] = true
	}
}

// scales lists the tensors made of nothing that do something else than to be added.
func scales(t *trace.Trace) map[*trace.Value]bool {
	out := map[*trace.Value]bool{}
	for _, op := range t.Operations() {
		for _, v := range op.Inputs {
			if v.Producer != nil && v.Producer.Kind.Source && !op.Kind.Sums() {
				out[v] = true
			}
		}
	}
	return out
}
