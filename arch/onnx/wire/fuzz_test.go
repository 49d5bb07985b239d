package wire

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzDecode checks that no bytes make decode panic or take more memory than their number explains.
func FuzzDecode(tested *testing.F) {
	f := fuzztest.New(tested)
	small := wiretest.Small()
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
		checkGraph(t, m.Graph, data)
	})
}

// checkGraph checks what is promised of every graph that was decoded.
func checkGraph(t *testing.T, g *Graph, data []byte) {
	for _, n := range g.Nodes {
		assert.True(t, n.Offset < int64(len(data)))
		for _, a := range n.Attributes {
			assert.Same(t, a, n.Attributes.Named(a.Name))
			assert.True(t, bytes.Contains(data, []byte(a.Name)))
			if a.Graph != nil {
				checkGraph(t, a.Graph, data)
			}
			if a.Tensor != nil {
				checkTensor(t, a.Tensor)
			}
		}
	}
	for _, one := range g.Initializers {
		checkTensor(t, one)
	}
}

func checkTensor(t *testing.T, one *Tensor) {
	for _, n := range one.Dims {
		assert.GreaterOrEqual(t, n, int64(0))
	}
	if !one.Known {
		assert.Empty(t, one.Ints)
		assert.Empty(t, one.Floats)
		return
	}
	assert.Equal(t, elements(one.Dims), int64(len(one.Ints)+len(one.Floats)))
}
