package onnx

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

//go:embed testdata/operators.txt
var operatorExamples string

// An example is a node of one operator, with what comes out of it and what that costs, as a line of testdata/operators.txt.
type example struct {
	operator           operatorKey
	inputs, attributes []string
	outputs, costs     string
}

// examples are the lines, which the head of the file explains.
func examples(t *testing.T) []example {
	var all []example
	for k, line := range strings.Split(strings.TrimSpace(operatorExamples), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "|")
		require.Len(t, fields, 5, "line %d: %s", k+1, line)
		name := strings.TrimSpace(fields[0])
		dot := strings.LastIndexByte(name, '.')
		all = append(all, example{
			operator: operatorKey{name[:max(0, dot)], name[dot+1:]}, inputs: strings.Fields(fields[1]), attributes: strings.Fields(fields[2]),
			outputs: strings.TrimSpace(fields[3]), costs: strings.Join(strings.Fields(fields[4]), " "),
		})
	}
	return all
}

// slots are the inputs that an example marks as declared to be learned.
func (e example) slots() []int {
	var out []int
	for k, in := range e.inputs {
		if in[0] == 'w' || in[0] == 'b' {
			out = append(out, k)
		}
	}
	return out
}

// graph is the example as the parts of a graph, which has an input of its own too.
func (e example) graph(t *testing.T) []any {
	n := &wire.Node{Op: e.operator.name, Domain: e.operator.domain}
	for k := range strings.Count(e.outputs, ",") + 1 {
		n.Outputs = append(n.Outputs, fmt.Sprintf("y%d", k))
	}
	var parts []any
	for k, text := range e.inputs {
		name := fmt.Sprintf("%c%d", text[0], k)
		if text == "_" {
			name = ""
		}
		n.Inputs = append(n.Inputs, name)
		parts = append(parts, tensorsOf(t, name, text)...)
	}
	var attributes []*wire.Attribute
	for _, text := range e.attributes {
		attributes = append(attributes, attributeOf(t, text))
	}
	return append(parts, withAttributes(n, attributes), in("beside"), do("Identity", "beside", "past"))
}

// learnedTypes are the letters of initializers whose values are not in the file, with their types.
var learnedTypes = map[byte]int32{'w': 1, 'p': 1, 'q': wire.Int8, 'b': wire.Uint8, 'u': wire.Uint8}

// tensorsOf are the tensors that an input of an example stands for.
func tensorsOf(t *testing.T, name, text string) []any {
	kind, numbers := text[0], numbersOf(text)
	var dims []any
	w := &wire.Tensor{Name: name, DType: learnedTypes[kind]}
	for _, x := range numbers {
		dims, w.Dims = append(dims, int(x)), append(w.Dims, int64(x))
	}
	switch kind {
	case '_':
		return nil
	case 'x', 'j':
		return []any{input{name, dims}}
	case 's':
		var parts []any
		var list []string
		for k := range w.Dims[0] {
			part := input{fmt.Sprintf("%s_%d", name, k), dims[1:]}
			parts, list = append(parts, part), append(list, part.name)
		}
		return append(parts, do("SequenceConstruct", strings.Join(list, " "), name))
	case 'f', 'i', 'k':
		w.Known, w.DType = true, map[byte]int32{'f': 1, 'i': 7, 'k': 9}[kind]
		w.Floats, w.Ints = numbers, w.Dims
		if w.Dims = nil; text[1] == '[' {
			w.Dims = []int64{int64(len(numbers))}
		}
	default:
		require.NotZero(t, w.DType, "an input of no kind: %q", text)
	}
	return []any{w}
}

// numbersOf are the numbers that stand in a text, as in x(1,2), i=3 or [0,1].
func numbersOf(text string) []float64 {
	var out []float64
	for _, word := range strings.Split(strings.Trim(text, "abcdefghijklmnopqrstuvwxyz()[]="), ",") {
		if x, err := strconv.ParseFloat(word, 64); err == nil {
			out = append(out, x)
		}
	}
	return out
}

// attributeOf is an attribute of an example.
func attributeOf(t *testing.T, text string) *wire.Attribute {
	name, value, ok := strings.Cut(text, "=") // axis=1, axes=[0,1], mode='linear', body=@each
	require.True(t, ok, text)
	switch {
	case value[0] == '\'':
		return told(name, strings.Trim(value, "'"))
	case value[0] == '@':
		return body(name, exampleGraphs()[value[1:]]...)
	case value[0] == '[':
		var out []int64
		for _, x := range numbersOf(value) {
			out = append(out, int64(x))
		}
		return list(name, out...)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	require.NoError(t, err, text)
	return number(name, n)
}

// exampleGraphs are graphs in nodes of the examples.
func exampleGraphs() map[string][]any {
	return map[string][]any{
		"relu":  {do("Relu", "beside", "out"), output("out")},
		"tanh":  {do("Tanh", "beside", "out"), output("out")},
		"each":  {in("a"), do("Relu", "a", "out"), output("out")},
		"again": {in("k"), in("go"), in("a"), do("Identity", "go", "on"), do("Relu", "a", "out"), output("on"), output("out")},
		"along": {in("a"), in("b"), do("Add", "a b", "sum"), do("Relu", "sum", "out"), output("sum"), output("out")},
	}
}
