package sweep_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost/decide/sweep"
)

func TestConditions(t *testing.T) {
	all := sweep.NewAll(3)
	run(t, plan(t, ""), all)
	costs := func(p *sweep.Point, k int) *big.Rat { return p.Costs[k].Number }
	for where, holds := range map[string]func(p *sweep.Point) bool{
		"params<=10k":                        func(p *sweep.Point) bool { return costs(p, 0).Cmp(big.NewRat(10_000, 1)) <= 0 },
		"mean_path > 5 && N == 25":           func(p *sweep.Point) bool { return costs(p, 1).Cmp(big.NewRat(5, 1)) > 0 && p.Values[1] == 25 },
		"L < 4 || (N > 50 && L >= 39)":       func(p *sweep.Point) bool { return p.Values[0] < 4 || p.Values[1] > 50 && p.Values[0] >= 39 },
		"!(params != N^2*(L-1))":             func(p *sweep.Point) bool { return costs(p, 0).Num().Int64() == p.Values[1]*p.Values[1]*(p.Values[0]-1) },
		"(L + N)*2 >= 150 && macs = params":  func(p *sweep.Point) bool { return (p.Values[0]+p.Values[1])*2 >= 150 },
		"training_saved_bytes < 1.5KiB":      func(p *sweep.Point) bool { return costs(p, 2).Cmp(big.NewRat(1536, 1)) < 0 },
		"inference_peak_bytes*0 + batch > 1": func(*sweep.Point) bool { return false },
	} {
		t.Run(where, func(t *testing.T) {
			if where == "inference_peak_bytes*0 + batch > 1" && testing.Short() {
				t.Skip("prices every point by itself")
			}
			some := sweep.NewAll(3)
			run(t, plan(t, where), some)
			var want []int64
			for _, p := range all.Points() {
				if holds(p) {
					want = append(want, p.Number)
				}
			}
			assert.Equal(t, want, numbers(some.Points()))
		})
	}
}

func TestConditionsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"params": "compares nothing", "params<=": "expression", "params<=1M)": "", "(params<=1M": "", "params<=1M && ": "compares nothing", "a < b < c": "",
		"params<=1Q": "", "": "compares nothing", "!": "compares nothing", "(a<1)(b<1)": "left over",
	} {
		_, err := sweep.ParseCondition(text)
		require.Error(t, err, text)
		assert.ErrorContains(t, err, want, text)
	}
}
