package onnx

import "fmt"

// FormatError is what is wrong with the bytes of a file, and where.
type FormatError struct {
	Offset  int64 // from the start of the file
	Message string
}

// Error says it as "byte 1234: truncated node".
func (e *FormatError) Error() string {
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Message)
}

// malformed makes the error of the bytes at an offset.
func malformed(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, Message: fmt.Sprintf(format, args...)}
}

// A model is what a file says, without its weights. Names are as in the file: any bytes, not checked for UTF-8. An
// offset is that of the first byte of the field that holds the thing.
type model struct {
	irVersion int64
	producer  string
	opsets    map[string]int64 // by domain; "ai.onnx" is another word for "" and stored as ""
	graph     *graph
	functions map[functionKey]*function
}

// A functionKey is what nodes call a function of the model by.
type functionKey struct{ domain, name, overload string }

// A function is an operator whose nodes are in the file.
type function struct {
	key             functionKey
	inputs, outputs []string
	defaults        map[string]*attribute // of attributes that a call may leave out
	nodes           []*node
	offset          int64
}

// standard is the version of the operators of the standard; of a file that imports none of them, which may still have some in
// its functions, the newest.
func (m *model) standard() int64 {
	if version, ok := m.opsets[""]; ok || len(m.opsets) == 0 {
		return version
	}
	return newestOpset
}

// A graph is the body of a model, or of a node such as If or Loop.
type graph struct {
	name            string
	nodes           []*node
	initializers    []*tensor // dense and sparse
	inputs, outputs []*valueInfo
	values          []*valueInfo // what the exporter says of intermediate results; often absent
}

// A node applies an operator. An empty input or output name stands for one that is left out.
type node struct {
	name, op, domain string
	overload         string
	inputs, outputs  []string
	attributes       map[string]*attribute // nil if there are none
	holdsGraph       bool                  // as If and Loop do
	fused            *operator             // if the node stands for several of the file
	fits             func(*call) bool      // whether it is what they are, if that shows only when shapes are known
	parts            []*node               // those of the file, which are translated if not
	offset           int64
}

// An attribute is an argument of an operator: one of these, by what the operator expects.
type attribute struct {
	name    string
	i       int64
	f       float32
	s       string
	ints    []int64
	floats  []float32
	strings []string
	tensor  *tensor
	graph   *graph
	ref     string // the attribute of the function around it that it stands for
	offset  int64
}

// A tensor is a constant: its type and shape always, its values only if they are few.
type tensor struct {
	name     string
	dtype    int32     // TensorProto.DataType
	dims     []int64   // none of them negative
	ints     []int64   // values of an integer or bool tensor, if known
	floats   []float64 // values of a float tensor, if known
	known    bool      // the values are few and in the file; also true if there are none
	external bool      // the values are in another file, which is never opened
	offset   int64
}

// A valueInfo is the type of an input, output or intermediate result. One that is no tensor (a sequence, a map) has
// dtype 0 and no shape.
type valueInfo struct {
	name     string
	dtype    int32
	hasShape bool // without a shape even the rank is open; with one and no dims it is a scalar
	dims     []dimension
	offset   int64
}

// A dimension is a number, a symbol, or neither.
type dimension struct {
	value int64 // as in the file; exporters have been seen to write -1 or 0 for an open one
	param string
	known bool // there is a value
}
