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

// TestFlattenedNetworksAreTheSame writes networks flat, reads the YAML back and compares the operations.
func TestFlattenedNetworksAreTheSame(t *testing.T) {
	for _, name := range []string{"resnet50", "densenet-bc-100-12", "unet", "se_resnet50", "googlenet", "googlenet-aux", "vit_b_16", "hardnet68", "shufflenet_v2_x1_0", "concat", "heads"} {
		t.Run(name, func(t *testing.T) {
			m, err := zoo.Find(name)
			require.NoError(t, err)
			resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			back, err := spec.Parse("flat.yaml", spec.Print(rewrite.Flatten(resolved, name, m.Network.Source)))
			require.NoError(t, err)
			again, err := trace.Resolve(back, trace.Options{})
			require.NoError(t, err)
			want, got := resolved.Operations(), again.Operations()
			require.Len(t, got, len(want))
			for k := range want {
				require.Equal(t, want[k].Kind, got[k].Kind, want[k].Name)
				require.True(t, want[k].Output.Shape.Equal(got[k].Output.Shape), want[k].Name)
				require.Equal(t, want[k].Training, got[k].Training, want[k].Name)
			}
			assert.Len(t, again.Outputs, len(resolved.Outputs))
		})
	}
}
