package cost

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// TestRecastsOfRandomNetworks: whatever a network is, its skips become another kind or a reason is told, what is written holds together
// and costs what was said, and links that have all changed are plain adds again on the way back, at the same params and macs.
func TestRecastsOfRandomNetworks(t *testing.T) {
	seeds := uint64(500)
	if testing.Short() {
		seeds = 30
	}
	changed := map[rewrite.Change]int{}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 31))
		text := residualNetwork(r)
		if seed%3 == 0 {
			text = linkedNetwork(r)
		}
		n, err := spec.Parse("random.yaml", []byte(text))
		if err != nil {
			continue
		}
		s := Subject{Name: "random", Network: n}
		priced := Options{Quantities: []Quantity{Params, MACs, TrafficBytes, TrainingSavedBytes}}
		_, unsound := Summarize(s, priced)
		for _, to := range rewrite.Changes() {
			if !to.Recasts() {
				continue
			}
			w, err := SwapSkips(s, SwapOptions{To: to, Streams: symbolic.Int(2)}, priced)
			if unsound != nil {
				require.Error(t, err)
				break
			}
			require.NoError(t, err, "%s\n%s", to, text)
			require.Len(t, w.Chosen, len(w.Changed())+len(w.Refused)+w.Already, "%s\n%s", to, text)
			if len(w.Changed()) == 0 {
				continue
			}
			changed[to]++
			told, _ := w.Network()
			back, err := spec.Parse("written.yaml", spec.Print(told))
			require.NoError(t, err, "%s\n%s", to, text)
			again, err := Summarize(Subject{Name: "written", Network: back}, priced)
			require.NoError(t, err, "%s\n%s", to, text)
			for _, q := range priced.Quantities {
				assert.Equal(t, w.After.Of(q).Text(), again.Total.Of(q).Text(), "%s to %s\n%s", q, to, text)
			}
			if len(w.Refused)+w.Already > 0 || slices.ContainsFunc(w.Chosen, func(l rewrite.Link) bool { return l.Merge.Kind.Joins }) {
				continue
			}
			plain, err := SwapSkips(Subject{Name: "written", Network: back}, SwapOptions{To: rewrite.ToAdd}, priced)
			require.NoError(t, err, "%s and back\n%s", to, text)
			for _, q := range []Quantity{Params, MACs} {
				assert.Equal(t, w.Before.Of(q).Text(), plain.After.Of(q).Text(), "%s to %s and back\n%s", q, to, text)
			}
		}
		if t.Failed() {
			return
		}
	}
	for _, to := range rewrite.Changes() {
		assert.True(t, !to.Recasts() || changed[to] > 0, to)
	}
}

// residualNetwork is adds of the identity and a branch, in blocks and repeats, with what may stand between them.
func residualNetwork(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	add := func() string {
		branch := pick("[layernorm, linear: c]", "[layernorm, linear: 2*c, gelu, linear: c/2]", "[relu, linear: c]", "linear: c", "[layernorm, linear: c, scale]", "[norm, linear: c]", "[norm, attention: 2]", "[layernorm, attention: {heads: 2, inner: 8, kv_heads: 1}]")
		return fmt.Sprintf("{add: [identity, %s]%s}", branch, pick("", "", "", "", ", as: x"))
	}
	var list func(depth int) string
	list = func(depth int) string {
		var steps []string
		for range 1 + r.IntN(3) {
			switch kind := r.IntN(8); {
			case kind < 4 || depth == 0:
				steps = append(steps, add())
			case kind == 4:
				steps = append(steps, pick("relu", "layernorm", "linear: c", "{add: [linear: c, [relu, linear: c]]}", "{concat: [identity, linear: 2]}", "pair", "wide"))
			default:
				steps = append(steps, fmt.Sprintf("{repeat: {times: %s, steps: %s}}", pick("n", "2", "3", "n - 1"), list(depth-1)))
			}
		}
		return "[" + strings.Join(steps, ", ") + "]"
	}
	return fmt.Sprintf("name: residual\nsymbols: {n: %d}\ninput: [8, 4]\nblocks:\n  norm: [layernorm: {affine: false}]\n  pair: [%s, %s]\n  wide(width=c): [%s]\nsteps: %s\n",
		2+r.IntN(3), add(), add(), pick("add: [identity, [relu, linear: width]]", "add: [identity, [linear: 2*width, linear: width]]"), list(2))
}
