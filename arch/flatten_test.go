package arch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/zoo"
)

// TestFlattenedNetworksAreTheSame writes networks flat, reads the YAML back and compares the operations.
func TestFlattenedNetworksAreTheSame(t *testing.T) {
	for _, name := range []string{"resnet50", "densenet-bc-100-12", "unet", "se_resnet50", "googlenet", "googlenet-aux", "vit_b_16", "hardnet68", "shufflenet_v2_x1_0", "concat", "heads"} {
		t.Run(name, func(t *testing.T) {
			m, err := zoo.Find(name)
			require.NoError(t, err)
			trace, err := arch.Resolve(m.Network, arch.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			back, err := spec.Parse("flat.yaml", spec.Print(arch.Flatten(trace, name, m.Network.Source)))
			require.NoError(t, err)
			again, err := arch.Resolve(back, arch.Options{})
			require.NoError(t, err)
			want, got := trace.Operations(), again.Operations()
			require.Len(t, got, len(want))
			for k := range want {
				require.Equal(t, want[k].Kind, got[k].Kind, want[k].Name)
				require.True(t, want[k].Output.Shape.Equal(got[k].Output.Shape), want[k].Name)
				require.Equal(t, want[k].Training, got[k].Training, want[k].Name)
			}
			assert.Len(t, again.Outputs, len(trace.Outputs))
		})
	}
}
