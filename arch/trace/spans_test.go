package trace_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// each visits all values that indices have together.
func each(s trace.Spans, at symbolic.Bindings, visit func(symbolic.Bindings)) {
	if len(s) == 0 {
		visit(at)
		return
	}
	times, _ := s[0].Times.Substitute(at).Int64()
	for i := s[0].First; i < times; i++ {
		at[s[0].Index] = symbolic.Int(i)
		each(s[1:], at, visit)
	}
	delete(at, s[0].Index)
}

// TestSpansByBruteForce: of random linear expressions in the indices of loops, of which one runs as often as the one around it says, the least
// and the most are among the ends, and nothing is surely at least a number that it is not always. A loop that never runs has no ends.
func TestSpansByBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	i, j, k := symbolic.Symbol("i"), symbolic.Symbol("j"), symbolic.Symbol("k")
	number := func(least, most int64) symbolic.Expr { return symbolic.Int(least + r.Int64N(most-least+1)) }
	proved := 0
	for range 100 {
		s := trace.Spans{
			{Index: "i", First: r.Int64N(2), Times: number(0, 4)},
			{Index: "j", First: r.Int64N(2), Times: number(0, 1).Mul(i).Add(number(2, 3))},
			{Index: "k", Times: number(1, 3)},
		}
		e := number(-3, 3).Mul(i).Add(number(-3, 3).Mul(j)).Add(number(-2, 2).Mul(k)).Add(number(-4, 4))
		var values, ends []int64
		each(s, symbolic.Bindings{}, func(at symbolic.Bindings) {
			v, _ := e.Substitute(at).Int64()
			values = append(values, v)
		})
		for _, end := range s.Ends(e) {
			v, number := end.Int64()
			assert.True(t, number, "%s of %s", end.Text(), e.Text())
			ends = append(ends, v)
		}
		if len(e.Symbols()) == 0 || len(values) == 0 && e.Has("i") {
			assert.Empty(t, ends, e.Text())
		} else if len(values) > 0 {
			assert.Contains(t, ends, slices.Min(values), e.Text())
			assert.Contains(t, ends, slices.Max(values), e.Text())
			assert.Subset(t, values, ends, e.Text())
		}
		for least := int64(-6); least <= 6; least++ {
			always := !slices.ContainsFunc(values, func(v int64) bool { return v < least })
			for _, proves := range []func(symbolic.Expr, int64) ([]symbolic.Expr, bool){s.AtLeast, s.EachAtLeast} {
				conditions, ok := proves(e, least)
				assert.Empty(t, conditions)
				if ok {
					proved++
					assert.True(t, always, "%s ≥ %d", e.Text(), least)
				}
			}
		}
	}
	assert.Greater(t, proved, 400)
}

// TestSpansTried: what is not linear in an index is tried at each of its values, if they are few; what hangs on free symbols is a condition.
func TestSpansTried(t *testing.T) {
	i := symbolic.Symbol("i")
	square := i.Sub(symbolic.Int(2)).Mul(i.Sub(symbolic.Int(2)))
	for times, tried := range map[int64]bool{1: true, 64: true, 65: false} {
		s := trace.Spans{{Index: "i", Times: symbolic.Int(times)}}
		_, ok := s.EachAtLeast(square.Sub(i), -2)
		assert.Equal(t, tried, ok, times)
		_, ok = s.AtLeast(square.Sub(i), -2)
		assert.False(t, ok, times)
		_, ok = s.EachAtLeast(square.Sub(i), 5)
		assert.False(t, ok, times)
	}
	_, ok := trace.Spans{{Index: "i", Times: symbolic.Int(3)}}.EachAtLeast(i.Mul(symbolic.Int(2).Sub(i)), 0)
	assert.True(t, ok, "0, 1, 0, and −3 behind the last")
	_, ok = trace.Spans{{Index: "i", First: 1, Times: symbolic.Int(65)}}.EachAtLeast(square, 0)
	assert.True(t, ok, "64 values")
	conditions, ok := trace.Spans{{Index: "i", Times: symbolic.Symbol("n")}}.AtLeast(symbolic.Symbol("m").Sub(i), 1)
	assert.True(t, ok)
	assert.Len(t, conditions, 1)
	assert.Equal(t, "m − n", conditions[0].Text())
}
