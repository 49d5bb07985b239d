package wire

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

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// shared is where the exported models are; a checkout without them skips their tests.
const shared = "../../../../shared/onnx"

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
			assert.Equal(t, want.IRVersion, m.IRVersion)
			assert.Equal(t, want.Producer, m.Producer)
			for _, o := range want.Opset {
				assert.Equal(t, o.Version, m.Opsets[strings.TrimPrefix(o.Domain, "ai.onnx")])
			}
			ops := map[string]int{}
			for _, n := range m.Graph.Nodes {
				ops[n.Op]++
				assert.Equal(t, byte(0x0a), data[n.Offset], "tag of a node")
			}
			assert.Equal(t, want.Ops, ops)
			assert.Len(t, m.Graph.Nodes, want.Nodes)
			assert.Len(t, m.Graph.Outputs, len(want.Outputs))
			for _, v := range m.Graph.Outputs {
				assert.Contains(t, want.Outputs, v.Name)
			}
			assert.GreaterOrEqual(t, len(m.Graph.Inputs), len(want.Inputs))
			for _, v := range m.Graph.Inputs {
				assert.True(t, v.HasShape, v.Name)
				assert.NotZero(t, v.DType, v.Name)
			}
		})
	}
}

func TestDecodeSmall(t *testing.T) {
	m := mustDecode(t, wiretest.Small())
	assert.Equal(t, int64(8), m.IRVersion)
	assert.Equal(t, "builder", m.Producer)
	assert.Equal(t, map[string]int64{"": 17}, m.Opsets)
	g := m.Graph
	assert.Equal(t, "main", g.Name)
	require.Len(t, g.Nodes, 1)
	require.Len(t, g.Initializers, 4)

	x := g.Inputs[0]
	assert.Equal(t, "x", x.Name)
	assert.True(t, x.HasShape)
	assert.Equal(t, []Dimension{{Param: "N"}, {Value: 3, Known: true}, {Value: 8, Known: true}, {}}, x.Dims)
	assert.Equal(t, []int64{4, 3, 1, 1}, g.Initializers[0].Dims)
	assert.Equal(t, make([]float64, 12), g.Initializers[0].Floats)
	assert.Equal(t, []int64{-1, 2}, g.Initializers[1].Ints)
	assert.Equal(t, []float64{0.5}, g.Initializers[2].Floats)
	sparse := g.Initializers[3]
	sparse.Offset = 0
	assert.Equal(t, &Tensor{Name: "sparse", DType: 1, Dims: []int64{100, 100}}, sparse)
	assert.True(t, g.Values[0].HasShape)
	assert.Empty(t, g.Values[0].Dims, "a scalar")

	n := g.Nodes[0]
	assert.Equal(t, "Conv", n.Op)
	assert.Equal(t, []string{"x", "w", ""}, n.Inputs)
	assert.Equal(t, []int64{1, 1}, n.Attributes.Named("kernel_shape").Ints)
	assert.Equal(t, "VALID", n.Attributes.Named("auto_pad").Text)
	assert.Equal(t, float32(0.25), n.Attributes.Named("alpha").Float)
	assert.Equal(t, int64(1), n.Attributes.Named("group").Int)
	assert.Equal(t, []float32{1, 2}, n.Attributes.Named("scales").Floats)
	assert.Equal(t, []string{"a", "b"}, n.Attributes.Named("names").Strings)
	assert.Equal(t, []int64{-7}, n.Attributes.Named("value").Tensor.Ints)
	assert.Equal(t, "Identity", n.Attributes.Named("body").Graph.Nodes[0].Op)
}

// TestSparseAttribute reads the tensor of a Constant node that lists its values other than zero.
func TestSparseAttribute(t *testing.T) {
	sparse := wiretest.Nested(22, wiretest.Nested(1, wiretest.Varint(2, 1)), wiretest.Ints(3, 8, 5))
	m := mustDecode(t, wiretest.Model(17, wiretest.Node("Constant", nil, []string{"w"}, wiretest.Attribute("sparse_value", sparse))))
	w := m.Graph.Nodes[0].Attributes.Named("sparse_value").Tensor
	require.NotNil(t, w)
	assert.Equal(t, int32(1), w.DType)
	assert.Equal(t, []int64{8, 5}, w.Dims)
}

// TestPackedAndNot reads lists that are packed, written one by one, and both.
func TestPackedAndNot(t *testing.T) {
	ints := map[string][]byte{
		"packed":     wiretest.Ints(8, 1, -2, 3),
		"one by one": wiretest.Join(wiretest.Varint(8, 1), wiretest.Varint(8, -2), wiretest.Varint(8, 3)),
		"both":       wiretest.Join(wiretest.Ints(8, 1, -2), wiretest.Varint(8, 3), wiretest.Ints(8)),
	}
	for name, field := range ints {
		m := mustDecode(t, wiretest.Model(17, wiretest.Node("X", nil, nil, wiretest.Attribute("a", field))))
		assert.Equal(t, []int64{1, -2, 3}, m.Graph.Nodes[0].Attributes.Named("a").Ints, name)
	}
	floats := map[string][]byte{
		"packed":     wiretest.Floats(7, 1, 0.5),
		"one by one": wiretest.Join(wiretest.Fixed32(7, 1), wiretest.Fixed32(7, 0.5)),
	}
	for name, field := range floats {
		m := mustDecode(t, wiretest.Model(17, wiretest.Node("X", nil, nil, wiretest.Attribute("a", field))))
		assert.Equal(t, []float32{1, 0.5}, m.Graph.Nodes[0].Attributes.Named("a").Floats, name)
	}
}

func TestDomains(t *testing.T) {
	m := mustDecode(t, wiretest.Join(wiretest.Nested(7), wiretest.Nested(8, wiretest.Text(1, "ai.onnx"), wiretest.Varint(2, 13)), wiretest.Nested(8, wiretest.Varint(2, 1), wiretest.Text(1, "ai.onnx.ml"))))
	assert.Equal(t, map[string]int64{"": 13, "ai.onnx.ml": 1}, m.Opsets)
}

// TestTypes: a sequence and what is optional have the type of what is in them; maps have none, and neither have types of many types.
func TestTypes(t *testing.T) {
	tensor := wiretest.Nested(1, wiretest.Varint(1, 1), wiretest.Nested(2, wiretest.Nested(1, wiretest.Varint(1, 3))))
	holds := func(number protowire.Number, inner []byte) []byte {
		return wiretest.Nested(number, wiretest.Nested(1, inner))
	}
	deep := tensor
	for range 100 {
		deep = holds(typeOptional, deep)
	}
	for name, c := range map[string]struct {
		of       []byte
		sequence bool
		rank     int // −1 for no shape
	}{
		"tensor":            {tensor, false, 1},
		"sequence":          {holds(typeSequence, tensor), true, 1},
		"optional":          {holds(typeOptional, tensor), false, 1},
		"optional sequence": {holds(typeOptional, holds(typeSequence, tensor)), true, 1},
		"map":               {wiretest.Nested(5, wiretest.Varint(1, 7)), false, -1},
		"too deep":          {deep, false, -1},
	} {
		m := mustDecode(t, wiretest.Model(17, wiretest.Nested(11, wiretest.Text(1, "x"), wiretest.Nested(2, c.of))))
		v := m.Graph.Inputs[0]
		rank := -1
		if v.HasShape {
			rank = len(v.Dims)
		}
		assert.Equal(t, []any{c.sequence, c.rank}, []any{v.Sequence, rank}, name)
	}
}

// TestUnknownFields puts fields of every wire type that ONNX does not have into every message of a model.
func TestUnknownFields(t *testing.T) {
	unknown := wiretest.Join(wiretest.Varint(99, 1), wiretest.Fixed32(98, 1), wiretest.Fixed64(97, 1), wiretest.Text(96, "?"), wiretest.Varint(protowire.MaxValidNumber, 1))
	m := mustDecode(t, wiretest.Join(unknown, wiretest.Nested(7, unknown,
		wiretest.Nested(1, unknown, wiretest.Nested(5, unknown, wiretest.Text(1, "a"), wiretest.Nested(5, unknown))),
		wiretest.Nested(5, unknown, wiretest.Varint(1, 0)), wiretest.Nested(15, unknown),
		wiretest.Nested(11, unknown, wiretest.Nested(2, unknown, wiretest.Nested(1, unknown, wiretest.Nested(2, unknown, wiretest.Nested(1, unknown)))))), wiretest.Nested(8, unknown)))
	assert.NotNil(t, m.Graph.Nodes[0].Attributes.Named("a").Tensor)
	assert.Equal(t, []Dimension{{}}, m.Graph.Inputs[0].Dims)
}

func TestMalformed(t *testing.T) {
	deep := wiretest.Nested(7)
	for range MaxGraphDepth {
		deep = wiretest.Nested(7, wiretest.Nested(1, wiretest.Nested(5, append(protowire.AppendTag(nil, 6, protowire.BytesType), deep[1:]...))))
	}
	tests := map[string]struct {
		file []byte
		want string
	}{
		"empty":        {nil, "byte 0: no graph: is this an ONNX file?"},
		"no graph":     {wiretest.Varint(1, 8), "byte 0: no graph: is this an ONNX file?"},
		"text":         {[]byte("version https://git-lfs"), "byte 0: field 14 of model has wire type 6, which ONNX does not use: is this an ONNX file?"},
		"short tag":    {[]byte{0x80}, "byte 0: truncated model: is this an ONNX file?"},
		"field 0":      {[]byte{0x00, 0x00}, "byte 0: model has a field with an invalid tag: is this an ONNX file?"},
		"long varint":  {append([]byte{0x08}, bytes.Repeat([]byte{0xff}, 11)...), "byte 0: model has a field with an invalid value: is this an ONNX file?"},
		"group":        {wiretest.Nested(7, []byte{0x0b, 0x0c}), "byte 2: field 1 of graph has wire type 3, which ONNX does not use"},
		"beyond":       {wiretest.Nested(7, []byte{0x0a, 0x05, 0x01}), "byte 2: truncated graph: field 1 claims 5 bytes, 1 are left"},
		"huge":         {wiretest.Nested(7, append([]byte{0x0a}, protowire.AppendVarint(nil, 1<<63)...)), "byte 2: truncated graph: field 1 claims 9223372036854775808 bytes, 0 are left"},
		"wrong type":   {wiretest.Nested(7, wiretest.Varint(1, 5)), "byte 2: field 1 of graph has wire type 0, not 2"},
		"opset":        {wiretest.Join(wiretest.Nested(7), wiretest.Nested(8, wiretest.Nested(2))), "byte 4: field 2 of opset has wire type 2, not 0"},
		"two graphs":   {wiretest.Join(wiretest.Nested(7), wiretest.Nested(7)), "byte 2: model has field 7 twice"},
		"long name":    {wiretest.Nested(7, wiretest.Text(2, strings.Repeat("x", maxString+1))), "byte 4: field 2 of graph is a string of 65537 bytes, more than 65536"},
		"negative":     {wiretest.Nested(7, wiretest.Nested(5, wiretest.Varint(1, -1))), "byte 4: tensor has a dimension of -1"},
		"rank":         {wiretest.Nested(7, wiretest.Nested(5, wiretest.Nested(1, make([]byte, MaxRank+1)))), "byte 4: tensor has more than 64 dimensions"},
		"value rank":   {wiretest.Nested(7, wiretest.Nested(11, wiretest.Nested(2, wiretest.Nested(1, wiretest.Nested(2, bytes.Repeat(wiretest.Nested(1), MaxRank+1)))))), "byte 143: shape has more than 64 dimensions"},
		"attributes":   {wiretest.Nested(7, wiretest.Nested(1, wiretest.Attribute("a"), wiretest.Attribute("a"))), `byte 9: node has the attribute "a" twice`},
		"packed":       {wiretest.Nested(7, wiretest.Nested(5, wiretest.Nested(1, []byte{1, 0x80}))), "byte 7: truncated tensor"},
		"two tensors":  {wiretest.Nested(7, wiretest.Nested(1, wiretest.Nested(5, wiretest.Nested(5), wiretest.Nested(5)))), "byte 8: attribute has field 5 twice"},
		"two shapes":   {wiretest.Nested(7, wiretest.Nested(11, wiretest.Nested(2, wiretest.Nested(1, wiretest.Nested(2), wiretest.Nested(2))))), "byte 10: tensor type has field 2 twice"},
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
	whole := wiretest.Small()
	for n := range whole {
		_, err := decodeBytes(whole[:n])
		if err != nil {
			require.IsType(t, &FormatError{}, err)
		}
		_, err = Decode(bytes.NewReader(whole[:n]), int64(len(whole)))
		require.IsType(t, &FormatError{}, err, "%d bytes", n)
	}
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, os.ErrPermission }

func TestReadError(t *testing.T) {
	_, err := Decode(failing{}, 100)
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
		"nodes":      {MaxNodes - 2, 0, bytes.Repeat(wiretest.Nested(1), 3), "byte 6: more than 2000000 nodes"},
		"last node":  {MaxNodes - 3, 0, bytes.Repeat(wiretest.Nested(1), 3), ""},
		"ints":       {0, MaxMemory - 2000, wiretest.Nested(1, wiretest.Nested(5, wiretest.Nested(8, make([]byte, 200)))), "byte 9: too large: what was read up to here needs more than 512 MiB"},
		"names":      {0, MaxMemory - 2000, wiretest.Nested(1, wiretest.Text(1, strings.Repeat("x", 2000))), "byte 6: too large: what was read up to here needs more than 512 MiB"},
		"dimensions": {0, MaxMemory - 2000, wiretest.Nested(11, wiretest.Nested(2, wiretest.Nested(1, wiretest.Nested(2, bytes.Repeat(wiretest.Nested(1), 40))))), "byte 60: too large: what was read up to here needs more than 512 MiB"},
	}
	for name, test := range tests {
		file := wiretest.Nested(7, test.body)
		d := newDecoder(bytes.NewReader(file), int64(len(file)))
		d.nodes, d.memory = test.nodes, test.memory
		err := d.model(&Model{Opsets: map[string]int64{}})
		if test.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, test.want, name)
		}
	}
}

func decodeBytes(b []byte) (*Model, error) {
	return Decode(bytes.NewReader(b), int64(len(b)))
}

func mustDecode(t *testing.T, b []byte) *Model {
	t.Helper()
	m, err := decodeBytes(b)
	require.NoError(t, err)
	return m
}
