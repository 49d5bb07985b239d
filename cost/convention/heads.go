package convention

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// headed are the presets of a network that add heads which only run while training: published parameters may include these,
// although they are gone at inference.
func headed(s cost.Subject, own *sized, o Options) []*sized {
	var out []*sized
	for _, p := range s.Network.Presets {
		set := map[string]symbolic.Expr{}
		for _, one := range p.Set {
			set[one.Name] = one.Value.Expr
		}
		at, err := sizeUp(s.With(set), 0, o)
		if err == nil && at.tally.hasHeads() && at.tally.runsLike(own.tally) {
			out = append(out, at)
		}
	}
	return out
}

// runsLike reports whether two networks are the same for all conventions but for heads that only run while training.
func (t *Tally) runsLike(other *Tally) bool {
	within := func(a, b map[class]sums) bool {
		for s, sum := range a {
			if !s.training && !slices.EqualFunc(sum, b[s], symbolic.Expr.Equal) {
				return false
			}
		}
		return true
	}
	return within(t.sums, other.sums) && within(other.sums, t.sums)
}
