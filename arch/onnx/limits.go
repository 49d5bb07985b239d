package onnx

import "github.com/skipcost/skipcost/arch/onnx/wire"

// Limits of translating a file, beside those of decoding it in package wire, and its budget. They bound time and memory on any
// input; the largest published models stay far below them.
const (
	// maxSymbols bounds the open dimensions of a file. Language models with a cache for each layer have some hundreds
	// where the exporter gave them no names.
	maxSymbols = 4096

	// maxBound bounds the open dimensions that can only have one value, each of which costs one more reading of the graph.
	maxBound = 32

	// maxDimension bounds the expression for a dimension, by symbolic.Expr.Size. Dimensions of maps that were halved a few
	// times come to about 10.
	maxDimension = 1 << 9

	// maxFolded bounds the elements of a tensor that is computed while reading: shapes and places are short.
	maxFolded = 1 << 16

	// maxCalls bounds functions that call one another, the outermost counted.
	maxCalls = 32
)

// Limit is a limit that a file may meet.
type Limit struct {
	Name string
	Most int
	Of   string // what there may be so much of
}

// Limits lists those that a file may meet, beside its budget.
func Limits() []Limit {
	return []Limit{
		{"ONNX nodes", wire.MaxNodes, "an ONNX file"},
		{"ONNX memory", wire.MaxMemory, "bytes of what an ONNX file is read into, without its weights"},
		{"dimensions", wire.MaxRank, "a tensor of an ONNX file"},
		{"open dimensions", maxSymbols, "an ONNX file"},
		{"graphs", wire.MaxGraphDepth, "graphs inside one another, as bodies of loops are"},
		{"functions", maxCalls, "functions of an ONNX file that call one another"},
	}
}
