package cost

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNearestIsNearest compares the search with trying every number, for random prices that rise or fall, with stretches
// where they stay and numbers that have none.
func TestNearestIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	found := 0
	for range 3000 {
		prices := randomPrices(r)
		every := 1 + r.IntN(5)
		falls := r.IntN(3) == 0
		at := func(n int64) (*big.Int, int, error) {
			switch {
			case n >= int64(len(prices)) || n%int64(every) != 0:
				return nil, 0, errors.New("no network")
			case falls:
				return big.NewInt(-prices[n]), 1, nil
			}
			return big.NewInt(prices[n]), 1, nil
		}
		start := every * (1 + r.IntN((len(prices)-1)/every))
		s := &nearest{price: at, target: big.NewInt(prices[1+r.IntN(len(prices)-1)] + r.Int64N(3) - 1)}
		if falls {
			s.target.Neg(s.target)
		}
		got, err := s.search(int64(start))
		if err != nil {
			require.NotContains(t, err.Error(), "gave up")
			continue // the target lies outside of all prices
		}
		found++
		var least *big.Int
		for n := range prices {
			if p, _, err := at(int64(n)); err == nil && n > 0 {
				if d := new(big.Int).Sub(p, s.target); least == nil || d.CmpAbs(least) < 0 {
					least = d
				}
			}
		}
		require.Zero(t, least.CmpAbs(s.distance(got)), "%d of %v, every %d, for %s", got, prices, every, s.target)
	}
	require.Greater(t, found, 2000)
}

// randomPrices rise from one number to the next, or stay.
func randomPrices(r *rand.Rand) []int64 {
	prices := make([]int64, 12+r.IntN(500))
	for n := range prices[1:] {
		prices[n+1] = prices[n] + r.Int64N(20)*r.Int64N(2)
	}
	return prices
}

// TestNearestAmongEquals: what costs the same as the target is largest, of two as near the cheaper is taken, and what is
// too small to hold together does not hide what is between.
func TestNearestAmongEquals(t *testing.T) {
	search := func(target, start int64, price func(n int64) int64) int64 {
		n, err := (&nearest{target: big.NewInt(target), price: func(n int64) (*big.Int, int, error) {
			if p := price(n); p >= 0 {
				return big.NewInt(p), 1, nil
			}
			return nil, 0, errors.New("no network")
		}}).search(start)
		require.NoError(t, err)
		return n
	}
	assert.Equal(t, int64(209), search(20, 500, func(n int64) int64 { return n / 10 }))
	assert.Equal(t, int64(205), search(20, 205, func(n int64) int64 { return n / 10 }), "what meets stays")
	assert.Equal(t, int64(10), search(21, 500, func(n int64) int64 { return 2 * n }), "20 is as near as 22")
	assert.Equal(t, int64(10), search(21, 3, func(n int64) int64 { return 2 * n }))
	assert.Equal(t, int64(470), search(470, 600, func(n int64) int64 {
		if n < 450 {
			return -1
		}
		return n
	}))
}

func TestNearestGivesUp(t *testing.T) {
	search := func(target, start int64, price func(int64) (*big.Int, int, error)) error {
		_, err := (&nearest{target: big.NewInt(target), price: price}).search(start)
		return err
	}
	flat := func(int64) (*big.Int, int, error) { return big.NewInt(7), 1, nil }
	assert.EqualError(t, search(9, 3, flat), "stays at 7 and does not come to 9")
	assert.EqualError(t, search(5, 3, flat), "stays at 7 and does not come to 5")
	assert.NoError(t, search(7, 3, flat), "what meets needs no search")
	bounded := func(n int64) (*big.Int, int, error) { return big.NewInt(100 + min(n, 50)), 1, nil }
	assert.EqualError(t, search(90, 8, bounded), "comes no nearer to 90 than 101")
	assert.EqualError(t, search(190, 8, bounded), "comes no nearer to 190 than 150")
	deep := func(n int64) (*big.Int, int, error) { return big.NewInt(n), int(n), nil }
	assert.ErrorContains(t, search(1_000_000_000, 8, deep), "gave up after 1")
	sparse := func(n int64) (*big.Int, int, error) {
		if n%10_000 != 0 {
			return nil, 0, errors.New("no network")
		}
		return big.NewInt(n), 1, nil
	}
	assert.EqualError(t, search(1_000_001, 10_000, sparse), "gave up after 2000 networks; the nearest to 1000001 has 1000000")
	assert.EqualError(t, search(1, 3, sparse), "no network", "where it begins there must be one")
}
