package cost

import (
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// checkpointed keeps of an outermost loop what enters its iterations, or segments of them, and what its body reads from
// outside. The body is walked for its storages only.
func (s *saver) checkpointed(l *arch.Loop) error {
	s.again = true
	err := s.mark(l.Body)
	s.again = false
	if err != nil {
		return err
	}
	out := s.rootOf(l.Out)
	if out == l.In {
		s.root[l.Result] = s.rootOf(l.Start)
	}
	s.need(l.Start, always)
	if s.memory.Checkpoint == CheckpointRepeats && out != l.In {
		s.need(out, earlier)
	}
	inside := map[*arch.Value]bool{l.In: true}
	for _, op := range (&arch.Trace{Body: l.Body}).Operations() {
		inside[op.Output] = true
	}
	for _, op := range (&arch.Trace{Body: l.Body}).Operations() {
		for _, in := range op.Inputs {
			if !inside[in] && in.Producer != nil {
				s.need(in, always)
			}
		}
	}
	return nil
}

// segmentInputs is what CheckpointSqrt keeps of a loop beside what enters it: the inputs of all segments but the first.
func (s *saver) segmentInputs(l *arch.Loop) (symbolic.Expr, error) {
	n, ok := l.Times.Integer()
	if !ok {
		return symbolic.Expr{}, errNotClosed
	}
	segments := new(big.Int).Sqrt(n)
	if new(big.Int).Mul(segments, segments).Cmp(n) < 0 {
		segments.Add(segments, big.NewInt(1))
	}
	length := ceilDiv(n, segments)
	count := ceilDiv(n, length)
	one := symbolic.Int(1)
	at := symbolic.Symbol("segment#").Mul(symbolic.BigInt(length))
	size := s.size(l.In).Substitute(symbolic.Bindings{l.Index: at})
	sum, err := size.SumOver("segment#", one, symbolic.BigInt(count).Sub(one))
	if err != nil {
		return sum, errNotClosed
	}
	return sum, nil
}

func ceilDiv(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}
