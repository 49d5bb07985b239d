package onnx

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// shared is where the exported models are; a checkout without them skips their tests.
const shared = "../../../shared/onnx"

// TestDecodeExported compares what is read from files of PyTorch and ONNX with what the onnx package found in them.
func TestDecodeExported(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shared, "truth.json"))
	if err != nil {
		t.Skip("no exported models: ", err)
	}
	var truth map[string]struct {
		IRVersion int64 `json:"ir_version"`
		Opset     []struct {
			Domain  string
			Version int64
		}
		Producer string
		Nodes    int            `json:"n_nodes"`
		Ops      map[string]int `json:"op_counts"`
		Inputs   map[string]any `json:"real_inputs"`
		Outputs  map[string]any
	}
	require.NoError(t, json.Unmarshal(data, &truth))
	for name, want := range truth {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(shared, name))
			if err != nil {
				t.Skip(err)
			}
			m := mustDecode(t, data)
			assert.Equal(t, want.IRVersion, m.irVersion)
			assert.Equal(t, want.Producer, m.producer)
			for _, o := range want.Opset {
				assert.Equal(t, o.Version, m.opsets[strings.TrimPrefix(o.Domain, "ai.onnx")])
			}
			ops := map[string]int{}
			for _, n := range m.graph.nodes {
				ops[n.op]++
				assert.Equal(t, byte(0x0a), data[n.offset], "tag of a node")
			}
			assert.Equal(t, want.Ops, ops)
			assert.Len(t, m.graph.nodes, want.Nodes)
			assert.Len(t, m.graph.outputs, len(want.Outputs))
			for _, v := range m.graph.outputs {
				assert.Contains(t, want.Outputs, v.name)
			}
			assert.GreaterOrEqual(t, len(m.graph.inputs), len(want.Inputs))
			for _, v := range m.graph.inputs {
				assert.True(t, v.hasShape, v.name)
				assert.NotZero(t, v.dtype, v.name)
			}
		})
	}
}

func TestDecodeSmall(t *testing.T) {
	m := mustDecode(t, smallModel())
	assert.Equal(t, int64(8), m.irVersion)
	assert.Equal(t, "builder", m.producer)
	assert.Equal(t, map[string]int64{"": 17}, m.opsets)
	g := m.graph
	assert.Equal(t, "main", g.name)
	require.Len(t, g.nodes, 1)
	require.Len(t, g.initializers, 4)

	x := g.inputs[0]
	assert.Equal(t, "x", x.name)
	assert.True(t, x.hasShape)
	assert.Equal(t, []dimension{{param: "N"}, {value: 3, known: true}, {value: 8, known: true}, {}}, x.dims)
	assert.Equal(t, []int64{4, 3, 1, 1}, g.initializers[0].dims)
	assert.Equal(t, make([]float64, 12), g.initializers[0].floats)
	assert.Equal(t, []int64{-1, 2}, g.initializers[1].ints)
	assert.Equal(t, []float64{0.5}, g.initializers[2].floats)
	sparse := g.initializers[3]
	sparse.offset = 0
	assert.Equal(t, &tensor{name: "sparse", dtype: 1, dims: []int64{100, 100}}, sparse)
	assert.True(t, g.values[0].hasShape)
	assert.Empty(t, g.values[0].dims, "a scalar")

	n := g.nodes[0]
	assert.Equal(t, "Conv", n.op)
	assert.Equal(t, []string{"x", "w", ""}, n.inputs)
	assert.Equal(t, []int64{1, 1}, n.attributes["kernel_shape"].ints)
	assert.Equal(t, "VALID", n.attributes["auto_pad"].s)
	assert.Equal(t, float32(0.25), n.attributes["alpha"].f)
	assert.Equal(t, int64(1), n.attributes["group"].i)
	assert.Equal(t, []float32{1, 2}, n.attributes["scales"].floats)
	assert.Equal(t, []string{"a", "b"}, n.attributes["names"].strings)
	assert.Equal(t, []int64{-7}, n.attributes["value"].tensor.ints)
	assert.Equal(t, "Identity", n.attributes["body"].graph.nodes[0].op)
}

// TestPackedAndNot reads lists that are packed, written one by one, and both.
func TestPackedAndNot(t *testing.T) {
	ints := map[string][]byte{
		"packed":     packedInts(8, 1, -2, 3),
		"one by one": join(varint(8, 1), varint(8, -2), varint(8, 3)),
		"both":       join(packedInts(8, 1, -2), varint(8, 3), packedInts(8)),
	}
	for name, field := range ints {
		m := mustDecode(t, buildModel(17, buildNode("X", nil, nil, buildAttribute("a", field))))
		assert.Equal(t, []int64{1, -2, 3}, m.graph.nodes[0].attributes["a"].ints, name)
	}
	floats := map[string][]byte{
		"packed":     packedFloats(7, 1, 0.5),
		"one by one": join(fixed32(7, 1), fixed32(7, 0.5)),
	}
	for name, field := range floats {
		m := mustDecode(t, buildModel(17, buildNode("X", nil, nil, buildAttribute("a", field))))
		assert.Equal(t, []float32{1, 0.5}, m.graph.nodes[0].attributes["a"].floats, name)
	}
}

func TestDomains(t *testing.T) {
	m := mustDecode(t, join(nested(7), nested(8, text(1, "ai.onnx"), varint(2, 13)), nested(8, varint(2, 1), text(1, "ai.onnx.ml"))))
	assert.Equal(t, map[string]int64{"": 13, "ai.onnx.ml": 1}, m.opsets)
}

// TestUnknownFields puts fields of every wire type that ONNX does not have into every message of a model.
func TestUnknownFields(t *testing.T) {
	unknown := join(varint(99, 1), fixed32(98, 1), fixed64(97, 1), text(96, "?"), varint(protowire.MaxValidNumber, 1))
	m := mustDecode(t, join(unknown, nested(7, unknown,
		nested(1, unknown, nested(5, unknown, text(1, "a"), nested(5, unknown))),
		nested(5, unknown, varint(1, 0)), nested(15, unknown),
		nested(11, unknown, nested(2, unknown, nested(1, unknown, nested(2, unknown, nested(1, unknown)))))), nested(8, unknown)))
	assert.NotNil(t, m.graph.nodes[0].attributes["a"].tensor)
	assert.Equal(t, []dimension{{}}, m.graph.inputs[0].dims)
}

func TestMalformed(t *testing.T) {
	deep := nested(7)
	for range maxGraphDepth {
		deep = nested(7, nested(1, nested(5, append(protowire.AppendTag(nil, 6, protowire.BytesType), deep[1:]...))))
	}
	tests := map[string]struct {
		file []byte
		want string
	}{
		"empty":        {nil, "byte 0: no graph: is this an ONNX file?"},
		"no graph":     {varint(1, 8), "byte 0: no graph: is this an ONNX file?"},
		"text":         {[]byte("version https://git-lfs"), "byte 0: field 14 of model has wire type 6, which ONNX does not use: is this an ONNX file?"},
		"short tag":    {[]byte{0x80}, "byte 0: truncated model: is this an ONNX file?"},
		"field 0":      {[]byte{0x00, 0x00}, "byte 0: model has a field with an invalid tag: is this an ONNX file?"},
		"long varint":  {append([]byte{0x08}, bytes.Repeat([]byte{0xff}, 11)...), "byte 0: model has a field with an invalid value: is this an ONNX file?"},
		"group":        {nested(7, []byte{0x0b, 0x0c}), "byte 2: field 1 of graph has wire type 3, which ONNX does not use"},
		"beyond":       {nested(7, []byte{0x0a, 0x05, 0x01}), "byte 2: truncated graph: field 1 claims 5 bytes, 1 are left"},
		"huge":         {nested(7, append([]byte{0x0a}, protowire.AppendVarint(nil, 1<<63)...)), "byte 2: truncated graph: field 1 claims 9223372036854775808 bytes, 0 are left"},
		"wrong type":   {nested(7, varint(1, 5)), "byte 2: field 1 of graph has wire type 0, not 2"},
		"opset":        {join(nested(7), nested(8, nested(2))), "byte 4: field 2 of opset has wire type 2, not 0"},
		"two graphs":   {join(nested(7), nested(7)), "byte 2: model has field 7 twice"},
		"long name":    {nested(7, text(2, strings.Repeat("x", maxString+1))), "byte 4: field 2 of graph is a string of 65537 bytes, more than 65536"},
		"negative":     {nested(7, nested(5, varint(1, -1))), "byte 4: tensor has a dimension of -1"},
		"rank":         {nested(7, nested(5, nested(1, make([]byte, maxRank+1)))), "byte 4: tensor has more than 64 dimensions"},
		"value rank":   {nested(7, nested(11, nested(2, nested(1, nested(2, bytes.Repeat(nested(1), maxRank+1)))))), "byte 143: shape has more than 64 dimensions"},
		"attributes":   {nested(7, nested(1, buildAttribute("a"), buildAttribute("a"))), `byte 9: node has the attribute "a" twice`},
		"packed":       {nested(7, nested(5, nested(1, []byte{1, 0x80}))), "byte 7: truncated tensor"},
		"two tensors":  {nested(7, nested(1, nested(5, nested(5), nested(5)))), "byte 8: attribute has field 5 twice"},
		"two shapes":   {nested(7, nested(11, nested(2, nested(1, nested(2), nested(2))))), "byte 10: tensor type has field 2 twice"},
		"nested graph": {deep, "byte 96: more than 16 graphs inside one another"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := decodeBytes(test.file)
			var wrong *FormatError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, test.want, err.Error())
		})
	}
}

// TestTruncated cuts a file everywhere, both with the size of the whole and of the part.
func TestTruncated(t *testing.T) {
	whole := smallModel()
	for n := range whole {
		_, err := decodeBytes(whole[:n])
		if err != nil {
			require.IsType(t, &FormatError{}, err)
		}
		_, err = decode(bytes.NewReader(whole[:n]), int64(len(whole)))
		require.IsType(t, &FormatError{}, err, "%d bytes", n)
	}
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, os.ErrPermission }

func TestReadError(t *testing.T) {
	_, err := decode(failing{}, 100)
	require.ErrorIs(t, err, os.ErrPermission)
	assert.False(t, errors.As(err, new(*FormatError)))
}

// TestLimits starts just below a limit of the whole file.
func TestLimits(t *testing.T) {
	tests := map[string]struct {
		nodes  int
		memory int64
		body   []byte
		want   string
	}{
		"nodes":      {maxNodes - 2, 0, bytes.Repeat(nested(1), 3), "byte 6: more than 2000000 nodes"},
		"last node":  {maxNodes - 3, 0, bytes.Repeat(nested(1), 3), ""},
		"ints":       {0, maxMemory - 2000, nested(1, nested(5, nested(8, make([]byte, 200)))), "byte 9: too large: what was read up to here needs more than 512 MiB"},
		"names":      {0, maxMemory - 2000, nested(1, text(1, strings.Repeat("x", 2000))), "byte 6: too large: what was read up to here needs more than 512 MiB"},
		"dimensions": {0, maxMemory - 2000, nested(11, nested(2, nested(1, nested(2, bytes.Repeat(nested(1), 40))))), "byte 60: too large: what was read up to here needs more than 512 MiB"},
	}
	for name, test := range tests {
		file := nested(7, test.body)
		d := newDecoder(bytes.NewReader(file), int64(len(file)))
		d.nodes, d.memory = test.nodes, test.memory
		err := d.model(&model{opsets: map[string]int64{}})
		if test.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, test.want, name)
		}
	}
}
