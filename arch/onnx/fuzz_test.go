package onnx

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzDecode checks that no bytes make decode panic or take more memory than their number explains.
func FuzzDecode(f *testing.F) {
	small := smallModel()
	f.Add(small)
	for k := 0; k < len(small); k += 7 {
		broken := slices.Clone(small)
		broken[k] ^= 0xff
		f.Add(broken)
		f.Add(small[:k])
	}
	f.Add([]byte("version https://git-lfs.github.com/spec/v1"))
	if data, err := os.ReadFile(filepath.Join(shared, "fc_add_L10_N100.onnx")); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := decodeBytes(data)
		runtime.ReadMemStats(&after)
		// The fuzzing engine allocates next to this, hence the constant. Two bytes can be a node or an attribute.
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, 64<<20+1024*uint64(len(data)))
		if err != nil {
			require.IsType(t, &FormatError{}, err)
			offset := err.(*FormatError).Offset
			assert.True(t, offset >= 0 && offset <= int64(len(data)), err)
			return
		}
		checkGraph(t, m.graph, data)
	})
}

// checkGraph checks what is promised of every graph that was decoded.
func checkGraph(t *testing.T, g *graph, data []byte) {
	for _, n := range g.nodes {
		assert.True(t, n.offset < int64(len(data)))
		for name, a := range n.attributes {
			assert.Equal(t, name, a.name)
			assert.True(t, bytes.Contains(data, []byte(name)))
			if a.graph != nil {
				checkGraph(t, a.graph, data)
			}
			if a.tensor != nil {
				checkTensor(t, a.tensor)
			}
		}
	}
	for _, one := range g.initializers {
		checkTensor(t, one)
	}
}

func checkTensor(t *testing.T, one *tensor) {
	for _, n := range one.dims {
		assert.GreaterOrEqual(t, n, int64(0))
	}
	if !one.known {
		assert.Empty(t, one.ints)
		assert.Empty(t, one.floats)
		return
	}
	assert.Equal(t, elements(one.dims), int64(len(one.ints)+len(one.floats)))
}
