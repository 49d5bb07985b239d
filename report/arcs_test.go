package report_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

func arcsOf(t testing.TB, name string) *picture.Scene {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	inv, err := cost.ListSkips(cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}, true, cost.Options{})
	require.NoError(t, err)
	return (&report.Arcs{Inventory: inv}).Scene()
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

// TestArcs draws the networks that a picture is mostly asked for: an arc for each skip that is not one of several alike, and no text
// on another or beyond the border.
func TestArcs(t *testing.T) {
	for name, want := range map[string]struct{ add, concat int }{
		"resnet50": {8, 0}, "densenet121": {0, 58}, "unet": {0, 4}, "unet-plusplus": {0, 20}, "llama-65b": {2, 0}, "cifar-preresnet1001": {6, 0}, "vgg16": {},
	} {
		t.Run(name, func(t *testing.T) {
			s := arcsOf(t, name)
			arcs := map[picture.Role]int{}
			for i := range s.All() {
				switch i := i.(type) {
				case picture.Arc:
					arcs[i.Role]++
					assert.Less(t, i.From.X, i.To.X)
				case picture.Line:
					arcs[i.Role]++
				}
			}
			assert.Equal(t, want.add, arcs[picture.Add])
			assert.Equal(t, want.concat, arcs[picture.Concat])
			legible(t, s)
			var out bytes.Buffer
			require.NoError(t, picture.SVG(&out, s))
			assert.Less(t, out.Len(), 300_000)
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		require.NoError(b, picture.SVG(&bytes.Buffer{}, arcsOf(b, "densenet121")))
	}
}
