package wire

import (
	"fmt"
	"io"
)

// FormatError is a mistake in the bytes of a file, with its offset.
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

// A Model is the contents of a file, without its weights. Names are as in the file: any bytes, not checked for UTF-8. An offset
// is that of the first byte of the field that holds the thing.
type Model struct {
	IRVersion int64
	Producer  string
	Opsets    map[string]int64 // by domain; "ai.onnx" is another word for "" and stored as ""
	Graph     *Graph
	Functions map[FunctionKey]*Function

	file io.ReaderAt
}

// A FunctionKey is what nodes call a function of the model by.
type FunctionKey struct{ Domain, Name, Overload string }

// A Function is an operator whose nodes are in the file.
type Function struct {
	Key             FunctionKey
	Inputs, Outputs []string
	Defaults        map[string]*Attribute // of attributes that a call may leave out
	Nodes           []*Node
	Offset          int64
}

// A Graph is the body of a model, or of a node such as If or Loop.
type Graph struct {
	Name            string
	Nodes           []*Node
	Initializers    []*Tensor // dense and sparse
	Inputs, Outputs []*ValueInfo
	Values          []*ValueInfo // what the exporter says of intermediate results; often absent
}

// A Node applies an operator. An empty input or output name stands for one that is left out.
type Node struct {
	Name, Op, Domain string
	Overload         string
	Inputs, Outputs  []string
	Attributes       Attributes
	HoldsGraph       bool // as If and Loop do
	Offset           int64
}

// An Attribute is an argument of an operator: one of these, by what the operator expects.
type Attribute struct {
	Name    string
	Int     int64
	Float   float32
	Text    string
	Ints    []int64
	Floats  []float32
	Strings []string
	Tensor  *Tensor
	Graph   *Graph
	Ref     string // the attribute of the function around it that it stands for
	Offset  int64
}

// A Tensor is a constant: its type and shape always, its values only if they are few.
type Tensor struct {
	Name     string
	DType    int32     // TensorProto.DataType
	Dims     []int64   // none of them negative
	Ints     []int64   // values of an integer or bool tensor, if known
	Floats   []float64 // values of a float tensor, if known
	Known    bool      // the values are few and in the file; also true if there are none
	Look     Look      // of a float tensor
	External bool      // the values are in another file, which is never opened
	Offset   int64

	values values
}

// A ValueInfo is the type of an input, output or intermediate result; of a sequence or an optional value, that of what is in it.
// One that holds no tensors (a map) has dtype 0 and no shape.
type ValueInfo struct {
	Name     string
	Sequence bool // there may be any number of them
	DType    int32
	HasShape bool // without a shape even the rank is open; with one and no dims it is a scalar
	Dims     []Dimension
	Offset   int64
}

// A Dimension is a number, a symbol, or neither.
type Dimension struct {
	Value int64 // as in the file; exporters have been seen to write -1 for an open one
	Param string
	Known bool // there is a value
}

// Label names a node for people: by its name, or what it makes.
func (n *Node) Label() string {
	if n.Name != "" {
		return n.Name
	}
	if len(n.Outputs) > 0 && n.Outputs[0] != "" {
		return n.Outputs[0]
	}
	if n.Op != "" {
		return n.Op
	}
	return "node"
}
