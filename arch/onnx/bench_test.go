package onnx

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/cost"
)

// shared is where the exported models are; a checkout without them skips their tests.
const shared = "../../../shared/onnx"

// writeTwoGiB writes a network of one linear layer whose weights are 2 GiB, a hole in the file.
func writeTwoGiB(t testing.TB) (*os.File, int64) {
	const weights = int64(2 << 30)
	head := wiretest.Join(wiretest.Ints(1, 1<<20, 1<<9), wiretest.Varint(2, 1), wiretest.Text(8, "w"))
	head = protowire.AppendVarint(protowire.AppendTag(head, 9, protowire.BytesType), uint64(weights))
	node := wiretest.Join(wiretest.Node("MatMul", []string{"x", "w"}, []string{"y"}), wiretest.Value(11, "x", 1, "N", 1<<20), wiretest.Value(12, "y", 1, "N", 1<<9))

	initializer := protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(int64(len(head))+weights))
	initializer = append(initializer, head...)
	opset := wiretest.Nested(8, wiretest.Varint(2, 13))
	prefix := protowire.AppendTag(wiretest.Join(wiretest.Varint(1, 8), opset), 7, protowire.BytesType)
	prefix = protowire.AppendVarint(prefix, uint64(int64(len(initializer)+len(node))+weights))
	prefix = append(prefix, initializer...)

	file, err := os.Create(filepath.Join(t.TempDir(), "large.onnx"))
	require.NoError(t, err)
	t.Cleanup(func() { file.Close() })
	_, err = file.WriteAt(prefix, 0)
	require.NoError(t, err)
	size := int64(len(prefix)+len(node)) + weights
	require.NoError(t, file.Truncate(size))
	_, err = file.WriteAt(node, size-int64(len(node)))
	require.NoError(t, err)
	return file, size
}

// TestTwoGiB checks that the node behind 2 GiB of weights is found with little memory.
func TestTwoGiB(t *testing.T) {
	file, size := writeTwoGiB(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := wire.Decode(file, size)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Equal(t, "MatMul", m.Graph.Nodes[0].Op)
	assert.Equal(t, []int64{1 << 20, 1 << 9}, m.Graph.Initializers[0].Dims)
	assert.False(t, m.Graph.Initializers[0].Known)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
	assert.Equal(t, "536870912", calc(t, file, size).Of(cost.Params).Text())
}

// BenchmarkCalcTwoGiB reads and prices the file.
func BenchmarkCalcTwoGiB(b *testing.B) {
	file, size := writeTwoGiB(b)
	b.ReportAllocs()
	for b.Loop() {
		calc(b, file, size)
	}
}

// BenchmarkCalcDenseNet reads and prices the export of DenseNet-121.
func BenchmarkCalcDenseNet(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(shared, "densenet121_ext.onnx"))
	if err != nil {
		b.Skip(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		calc(b, bytes.NewReader(data), int64(len(data)))
	}
}

// calc reads a network and prices it as the command does.
func calc(t testing.TB, r io.ReaderAt, size int64) cost.Costs {
	t.Helper()
	read, err := Read(r, size, "large.onnx", Options{})
	require.NoError(t, err)
	s, err := cost.Summarize(cost.Subject{Name: "large.onnx", Network: read.Network, Open: read}, cost.Options{})
	require.NoError(t, err)
	return s.Total.Costs
}
