package onnx_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
)

// networks are exports without weights of networks that are shipped, with an open batch.
const networks = exports + "/networks"

// pairs are exports and the shipped networks that describe the same. VGG is left out, whose export has lost its dropout.
func pairs() []pair {
	fc := map[string]symbolic.Expr{"L": symbolic.Int(10), "N": symbolic.Int(100)}
	// The exports of the schemes have a ReLU behind each layer, and that of concat does not make the last concat.
	memory := []cost.Quantity{cost.TrainingSavedBytes, cost.InferencePeakBytes, cost.PeakInputHeldBytes, cost.TrafficBytes, cost.FLOPs}
	return []pair{
		{file: "resnet18", network: "resnet18"},
		{file: "resnet50", network: "resnet50"},
		{file: "densenet121", network: "densenet121"},
		{file: "unet", network: "unet-bn"},
		{file: "cifar_resnet20", network: "cifar-resnet20"},
		{file: "cifar_densenet_bc100_k12", network: "densenet-bc-100-12"},
		{file: "fc_add_L10_N100", network: "scheme/add", set: fc, but: memory},
		{file: "fc_concat_L10_N100", network: "scheme/concat", set: fc, but: memory},
	}
}

type pair struct {
	file, network string
	set           map[string]symbolic.Expr
	but           []cost.Quantity // what the two do not have in common
}

// TestExportsAgreeWithTheZoo compares what runs, what training keeps, and the peak of inference, to the byte: for the exports
// that the project carries, and for all variants of them where they are there.
func TestExportsAgreeWithTheZoo(t *testing.T) {
	found := 0
	for _, p := range pairs() {
		paths := []string{filepath.Join(networks, p.file+".onnx")}
		for _, suffix := range []string{"", "_dyn", "_ext", "_ext_dyn"} {
			paths = append(paths, filepath.Join(shared, p.file+suffix+".onnx"))
		}
		for _, path := range paths {
			if _, err := os.Stat(path); err != nil {
				continue
			}
			found++
			t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), p.compare(path))
		}
	}
	assert.GreaterOrEqual(t, found, 6)
}

func (p pair) compare(path string) func(t *testing.T) {
	return func(t *testing.T) {
		quantities := []cost.Quantity{
			cost.Params, cost.Buffers, cost.MACs, cost.FLOPs, cost.Activations, cost.CIO, cost.TrafficBytes,
			cost.TrainingSavedBytes, cost.InferencePeakBytes, cost.PeakInputHeldBytes, cost.TrainingMACs,
		}
		_, got := priced(t, path, quantities...)
		m, err := zoo.Find(p.network)
		require.NoError(t, err)
		set := m.Set
		if p.set != nil {
			set = p.set
		}
		resolved, err := trace.Resolve(m.Network, trace.Options{Set: set})
		require.NoError(t, err)
		want, err := cost.Of(resolved, cost.Options{Quantities: quantities})
		require.NoError(t, err)
		for _, q := range quantities {
			if !slices.Contains(p.but, q) {
				assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), q.String())
			}
		}
	}
}

// TestExportsHaveTheSkipsOfTheZoo compares the inventories: the same skips in the same order, that cause the same.
func TestExportsHaveTheSkipsOfTheZoo(t *testing.T) {
	for file, c := range map[string]struct {
		network string
		count   int
	}{"resnet18": {"resnet18", 8}, "densenet121": {"densenet121", 58}, "unet": {"unet-bn", 4}, "cifar_resnet20": {"cifar-resnet20", 9}} {
		t.Run(file, func(t *testing.T) {
			read, err := onnx.ReadFile(filepath.Join(networks, file+".onnx"), onnx.Options{Strict: true})
			require.NoError(t, err)
			m, err := zoo.Find(c.network)
			require.NoError(t, err)
			o := cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.InferencePeakBytes}}
			got, err := cost.TakeInventory(cost.Subject{Name: file, Network: read.Network, Open: read}, false, o)
			require.NoError(t, err)
			want, err := cost.TakeInventory(cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}, false, o)
			require.NoError(t, err)
			require.Len(t, got.Skips, c.count)
			require.Len(t, want.Skips, c.count)
			for k, s := range got.Skips {
				w := want.Skips[k]
				assert.Equal(t, w.Merge.Kind, s.Merge.Kind)
				assert.Equal(t, w.Projected, s.Projected, s.Merge.Name)
				assert.Equal(t, w.Span, s.Span, s.Merge.Name)
				if s.Tensor == s.Origin { // exports run what is on a shortcut behind the body, so that its origin waits
					assert.Equal(t, w.Bytes.Text(), s.Bytes.Text(), s.Merge.Name)
				}
				for _, q := range o.Quantities {
					assert.Equal(t, w.Causes.Of(q).Text(), s.Causes.Of(q).Text(), "%s: %s", s.Merge.Name, q)
				}
			}
		})
	}
}

// TestExportsAgreeInEveryMemory: where concats live is told from what they join, and samples are counted wherever they come from.
func TestExportsAgreeInEveryMemory(t *testing.T) {
	read, err := onnx.ReadFile(filepath.Join(networks, "densenet121.onnx"), onnx.Options{})
	require.NoError(t, err)
	m, err := zoo.Find("densenet121")
	require.NoError(t, err)
	four := symbolic.Int(4)
	for _, storage := range cost.ConcatStorages() {
		t.Run(string(storage), func(t *testing.T) {
			o := cost.Options{Quantities: cost.Quantities(), Memory: cost.Memory{Concat: storage, Loss: true}}
			resolved, err := read.Bind(trace.Options{Set: map[string]symbolic.Expr{"N": four}})
			require.NoError(t, err)
			got, err := cost.Of(resolved, o)
			require.NoError(t, err)
			resolved, err = trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
			require.NoError(t, err)
			o.Batch = four
			want, err := cost.Of(resolved, o)
			require.NoError(t, err)
			for _, q := range cost.Quantities() {
				assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), q.String())
			}
		})
	}
}
