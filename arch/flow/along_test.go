package flow

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestAlongIsTheReading: floats have the first digits of the exact numbers, and are a model or unknown where those are.
func TestAlongIsTheReading(t *testing.T) {
	for _, name := range []string{"add", "concat", "cifar-preresnet20", "densenet121", "gpt2", "unet", "llama-7b", "googlenet"} {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		written, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
		require.NoError(t, err)
		exact, err := Of(written, Options{Tensors: true})
		require.NoError(t, err)
		along, err := Along(written, arch.Init{})
		require.NoError(t, err)
		require.Len(t, along, len(exact.Tensors), name)
		for k, x := range exact.Tensors {
			for _, pair := range [][2]Number{{x.SecondMoment.Number, along[k].SecondMoment}, {x.Gradient.Number, along[k].Gradient}} {
				assert.Equal(t, pair[0].Decimal(9), pair[1].Decimal(9), "%s: %s", name, x.Name)
				assert.Equal(t, pair[0].Model(), pair[1].Model(), "%s: %s", name, x.Name)
				assert.Equal(t, pair[0].Err(), pair[1].Err(), "%s: %s", name, x.Name)
			}
		}
	}
}
