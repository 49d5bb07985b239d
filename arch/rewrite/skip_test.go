package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

func skips(t *testing.T, name string) []rewrite.Skip {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
	require.NoError(t, err)
	return rewrite.Skips(resolved)
}

func TestSkipsOfKnownNetworks(t *testing.T) {
	for _, c := range []struct {
		name                             string
		add, concat, multiply, projected int
	}{
		{"resnet50", 16, 0, 0, 4},
		{"densenet121", 0, 58, 0, 0},
		{"unet", 0, 4, 0, 0},
		{"vgg16", 0, 0, 0, 0},
		{"se_resnet50", 16, 0, 16, 4},
		{"cifar-resnet20", 9, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			count := map[string]int{}
			projected := 0
			for _, s := range skips(t, c.name) {
				count[s.Merge.Kind.Name]++
				if s.Projected {
					projected++
				}
			}
			assert.Equal(t, c.add, count["add"])
			assert.Equal(t, c.concat, count["concat"])
			assert.Equal(t, c.multiply, count["multiply"])
			assert.Equal(t, c.projected, projected)
		})
	}
}

func TestSkipSpanAndLife(t *testing.T) {
	first := skips(t, "resnet50")[0]
	assert.True(t, first.Projected)
	assert.Equal(t, 3, first.Span, "a bottleneck has three convolutions")
	second := skips(t, "resnet50")[1]
	assert.False(t, second.Projected)
	assert.Equal(t, 8, second.Life, "three convolutions, three norms and two ReLUs run while x waits")
	assert.Len(t, second.Path(second.Trunk), 8)
	assert.Empty(t, second.Path(second.Shortcut))

	long := skips(t, "unet")
	assert.Equal(t, 3, long[0].Span, "two convolutions and an up-convolution")
	assert.Greater(t, long[3].Span, long[2].Span)
}

// TestWhatWaits: a projection that runs before the body waits itself; one that runs behind it makes the origin wait.
func TestWhatWaits(t *testing.T) {
	for name, test := range map[string]struct {
		paths, waits string
		life         int
	}{
		"projection first": {"[conv: {out: 16, kernel: 1}], [conv: {out: 32, kernel: 3}, relu, conv: {out: 16, kernel: 3}]", "16×8×8", 3},
		"projection last":  {"[conv: {out: 32, kernel: 3}, relu, conv: {out: 16, kernel: 3}], [conv: {out: 16, kernel: 1}]", "64×8×8", 3},
		"identity":         {"[conv: {out: 32, kernel: 3}, relu, conv: {out: 64, kernel: 3}], identity", "64×8×8", 3},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := spec.Parse("test.yaml", []byte("name: test\ninput: [64, 8, 8]\nsteps:\n  - add: ["+test.paths+"]\n"))
			require.NoError(t, err)
			resolved, err := trace.Resolve(n, trace.Options{Unroll: true})
			require.NoError(t, err)
			found := rewrite.Skips(resolved)
			require.Len(t, found, 1)
			assert.Equal(t, test.waits, found[0].Waiting.Shape.Text())
			assert.Equal(t, test.life, found[0].Life)
		})
	}
}
