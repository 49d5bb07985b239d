package figure_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/picture"
)

func inventoryOf(t testing.TB, name string) *cost.Inventory {
	t.Helper()
	inv, err := cost.ListSkips(shipped(t, name), true, cost.Options{})
	require.NoError(t, err)
	return inv
}

func arcsOf(t testing.TB, name string) *picture.Scene {
	t.Helper()
	return (&figure.Arcs{Inventory: inventoryOf(t, name)}).Scene()
}

// legible finds no text on another, or beyond the border.
func legible(t *testing.T, s *picture.Scene) {
	t.Helper()
	var texts []picture.Text
	for i := range s.All() {
		text, is := i.(picture.Text)
		if !is {
			continue
		}
		left, right := text.Reaches()
		assert.GreaterOrEqual(t, left, 0.0, text.Text)
		assert.LessOrEqual(t, right, s.Width, text.Text)
		assert.Less(t, text.At.Y, s.Height, text.Text)
		assert.Greater(t, text.At.Y, text.Size*0.8, text.Text)
		for _, other := range texts {
			assert.False(t, text.Overlaps(other), "%q and %q", text.Text, other.Text)
		}
		texts = append(texts, text)
	}
}

// TestArcs draws the networks that a picture is mostly asked for: a group for each skip that is not one of several alike, in a fan an
// arc for each tensor that a skip holds, and no text on another or beyond the border.
func TestArcs(t *testing.T) {
	type drawn struct{ add, concat, arcs int }
	for name, want := range map[string]drawn{
		"resnet50": {8, 0, 8}, "densenet121": {0, 58, 6*7/2 + 12*13/2 + 24*25/2 + 16*17/2}, "unet": {0, 4, 4}, "unet-plusplus": {0, 20, 20},
		"llama-65b": {2, 0, 3}, "mixtral-8x7b": {2, 0, 2}, "olmo-1b-shc2": {2, 0, 3}, "cifar-preresnet1001": {6, 0, 6}, "linknet": {11, 0, 11},
		"efficientnet_b0": {5, 0, 17}, "vgg16": {}, "googlenet": {0, 0, 27}, "densenet-bc-190-40": {0, 93, 3 * 31 * 32 / 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := arcsOf(t, name)
			var got drawn
			for _, i := range s.Items {
				g, is := i.(picture.Group)
				if !is {
					continue
				}
				for _, i := range g.Items {
					if arc, is := i.(picture.Arc); is {
						assert.Less(t, arc.From.X, arc.To.X)
						got.arcs++
					}
				}
				switch role := g.Items[0].(picture.Arc).Role; role {
				case picture.Add:
					got.add++
				case picture.Concat:
					got.concat++
				}
			}
			assert.Equal(t, want, got)
			legible(t, s)
			var out bytes.Buffer
			require.NoError(t, picture.SVG(&out, s))
			assert.Less(t, out.Len(), 300_000)
		})
	}
}

// TestEveryNetworkIsDrawn draws all that is shipped: legible, small, and with the numbers of all links in the groups, each once.
func TestEveryNetworkIsDrawn(t *testing.T) {
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if testing.Short() && k%10 != 0 {
			continue
		}
		m := e.Member()
		inv, err := cost.ListSkips(cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}, true, cost.Options{})
		require.NoError(t, err)
		s := (&figure.Arcs{Inventory: inv}).Scene()
		legible(t, s)
		var out bytes.Buffer
		require.NoError(t, picture.SVG(&out, s))
		assert.Less(t, out.Len(), 300_000, m.Name)
		times := map[int]int{}
		for _, i := range s.Items {
			g, is := i.(picture.Group)
			if !is {
				continue
			}
			for _, part := range strings.Split(g.Links, ",") {
				from, to, isRange := strings.Cut(part, "-")
				first, err := strconv.Atoi(from)
				require.NoError(t, err)
				last := first
				if isRange {
					last, err = strconv.Atoi(to)
					require.NoError(t, err)
				}
				for n := first; n <= last; n++ {
					times[n]++
				}
			}
		}
		for _, l := range inv.Skips {
			assert.Equal(t, 1, times[l.ID], "link %d of %s", l.ID, m.Name)
		}
		assert.Len(t, times, len(inv.Skips), m.Name)
	}
}

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		require.NoError(b, picture.SVG(&bytes.Buffer{}, arcsOf(b, "densenet121")))
	}
}
