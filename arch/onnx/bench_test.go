package onnx

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// writeTwoGiB writes a file with one initializer of 2 GiB and a node behind it. The weights are a hole.
func writeTwoGiB(t testing.TB) (*os.File, int64) {
	const weights = int64(2 << 30)
	head := join(packedInts(1, weights/4), varint(2, 1), text(8, "w"))
	head = protowire.AppendVarint(protowire.AppendTag(head, 9, protowire.BytesType), uint64(weights))
	node := buildNode("MatMul", []string{"x", "w"}, []string{"y"})

	initializer := protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(int64(len(head))+weights))
	initializer = append(initializer, head...)
	prefix := protowire.AppendTag(varint(1, 8), 7, protowire.BytesType)
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
	m, err := decode(file, size)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Equal(t, "MatMul", m.graph.nodes[0].op)
	assert.Equal(t, []int64{1 << 29}, m.graph.initializers[0].dims)
	assert.False(t, m.graph.initializers[0].known)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func BenchmarkDecodeTwoGiB(b *testing.B) {
	file, size := writeTwoGiB(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := decode(file, size)
		require.NoError(b, err)
	}
}

func BenchmarkDecodeDenseNet(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(shared, "densenet121_ext.onnx"))
	if err != nil {
		b.Skip(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := decodeBytes(data)
		require.NoError(b, err)
	}
}
