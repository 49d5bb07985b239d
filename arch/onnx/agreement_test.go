package onnx_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
)

// TestExportsAgreeWithTheZoo compares an export with the shipped network that describes the same: what runs, what training
// keeps, and the peak of inference, to the byte. VGG is left out, whose export has lost its dropout.
func TestExportsAgreeWithTheZoo(t *testing.T) {
	rows := truth(t)
	fc := map[string]symbolic.Expr{"L": symbolic.Int(10), "N": symbolic.Int(100)}
	for _, c := range []struct {
		file, network string
		set           map[string]symbolic.Expr
		but           []cost.Quantity // what the two do not have in common
	}{
		{file: "resnet18", network: "resnet18"},
		{file: "resnet50", network: "resnet50"},
		{file: "densenet121", network: "densenet121"},
		{file: "cifar_resnet20", network: "cifar-resnet20"},
		{file: "cifar_densenet_bc100_k12", network: "densenet-bc-100-12"},
		{file: "fc_add_L10_N100", network: "scheme/add", set: fc, but: []cost.Quantity{cost.TrainingSavedBytes, cost.InferencePeakBytes, cost.TrafficBytes, cost.FLOPs}},
	} {
		for _, suffix := range []string{"", "_dyn", "_ext", "_ext_dyn"} {
			name := c.file + suffix + ".onnx"
			if _, ok := rows[name]; !ok {
				continue
			}
			t.Run(name, func(t *testing.T) {
				quantities := []cost.Quantity{
					cost.Params, cost.Buffers, cost.MACs, cost.FLOPs, cost.Activations, cost.CIO, cost.TrafficBytes,
					cost.TrainingSavedBytes, cost.InferencePeakBytes, cost.PeakInputHeldBytes, cost.TrainingMACs,
				}
				_, got := priced(t, filepath.Join(shared, name), quantities...)
				m, err := zoo.Find(c.network)
				require.NoError(t, err)
				set := m.Set
				if c.set != nil {
					set = c.set
				}
				trace, err := arch.Resolve(m.Network, arch.Options{Set: set})
				require.NoError(t, err)
				want, err := cost.Of(trace, cost.Options{Quantities: quantities})
				require.NoError(t, err)
				for _, q := range quantities {
					if !slices.Contains(c.but, q) {
						assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), q.String())
					}
				}
			})
		}
	}
}
