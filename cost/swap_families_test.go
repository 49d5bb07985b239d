package cost_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// ways are all that skips are rewritten to.
func ways() []cost.SwapOptions {
	return append([]cost.SwapOptions{
		{To: rewrite.ToAdd}, {To: rewrite.ToConcat}, {To: rewrite.ToConcat, Reduce: true}, {To: rewrite.Cut},
		{To: rewrite.ToConcat, Projections: rewrite.DropProjections}, {To: rewrite.ToAdd, Projections: rewrite.AddProjections},
		{To: rewrite.ToDense, Growth: symbolic.Int(12)},
	}, recasts()...)
}

// TestSwapsOfFamilies rewrites the skips of one network of each family in every way. The result costs the same when it is written
// flat, one of each family by way of a file; it is told of the network, so that other symbols give what is rewritten under them; and
// the way back leads to what was there.
func TestSwapsOfFamilies(t *testing.T) {
	var tried, returned atomic.Int64
	all := families(t)
	if testing.Short() { // small ones, of adds, concats, halves, streams, attention, and links across levels
		all = nil
		for _, name := range []string{"resnet-basic", "densenet", "shufflenet_v2", "hyper-connections", "bert", "unet", "linknet", "scheme/add", "scheme/concat"} {
			all = append(all, find(t, name))
		}
	}
	t.Run("family", func(t *testing.T) {
		for _, s := range all {
			one := *s.Network
			one.Presets, s.Network = nil, &one // of which TestPresetsOfWhatIsTold speaks
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				tried.Add(1)
				_, open := cost.Close(s, nil, cost.Options{})
				filed, seen := false, map[string]bool{}
				for _, so := range ways() {
					there, err := cost.SwapSkips(s, so, cost.Options{Quantities: cost.Quantities()})
					require.NoError(t, err, so.To)
					assert.Len(t, there.Changed(), len(there.Chosen)-len(there.Refused)-there.Already)
					if len(there.Changed()) == 0 && filed || seen[outcome(there)] {
						continue
					}
					seen[outcome(there)] = true
					flat := rewrite.Flatten(there.Trace, "back", "a test")
					if !filed {
						flat, filed = inAFile(t, flat), true
					}
					costsAlike(t, there, flat)
					if len(there.Changed()) > 0 && toldAndBack(t, s, so, there, open == nil) {
						returned.Add(1)
					}
				}
			})
		}
	})
	assert.GreaterOrEqual(t, 3*returned.Load(), tried.Load()-1, "a third of the families goes there and back")
}

// outcome tells swaps apart, of which several come to the same network: without projections there are none to drop.
func outcome(s *cost.Swap) string {
	text := fmt.Sprint(s.To, len(s.Changed()))
	for _, q := range cost.Quantities() {
		text += " " + s.After.Of(q).ASCII()
	}
	return text
}

// toldAndBack looks at what a swap tells of its network. It reports whether merges became what they were again.
func toldAndBack(t *testing.T, s cost.Subject, so cost.SwapOptions, there *cost.Swap, closes bool) bool {
	t.Helper()
	told, notes := readBack(t, there)
	if so.To.Recasts() {
		require.False(t, flat(notes), "%s: %s", so.To, notes)
		if closes {
			closesAsBefore(t, s, so, told)
		}
		addsAgain(t, there, told)
		return false
	}
	toldAlike(t, s, there, so, told, notes, closes)
	plain := so.Projections == "" && !so.Reduce
	return plain && (so.To == rewrite.ToAdd || so.To == rewrite.ToConcat) && thereAndBack(t, s, there, told)
}
