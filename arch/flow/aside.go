package flow

import (
	"errors"

	"github.com/skipcost/skipcost/arch/trace"
)

// errAside is the error for a tensor that only serves to compute learned weights which do not depend on it at initialisation.
var errAside = errors.New("it only makes numbers that begin at 0")

// aside lists the tensors that reach an output only through operations whose output at initialisation is known and does not
// depend on them.
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
	read, follow map[*trace.Value]bool // read: by any operation; follow: by one that is followed
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

// scales lists the tensors without inputs that are used otherwise than by being added.
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
