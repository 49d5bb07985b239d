package onnx

// Limits of what is made of a file, beside those of what is read of it, package wire's. They bound time and memory on any
// input; the largest published models stay far below them.
const (
	// maxSymbols bounds the open dimensions of a file. Language models with a cache for each layer have some hundreds
	// where the exporter gave them no names.
	maxSymbols = 4096

	// maxBound bounds the open dimensions that can only have one value, each of which costs one more reading of the graph.
	maxBound = 32

	// maxDimension bounds how long the expression for a dimension may get, as symbolic.Expr.Size tells it. Dimensions of
	// maps that were halved a few times come to about 10.
	maxDimension = 1 << 9

	// maxFolded bounds the elements of a tensor that is computed while reading: shapes and places are short.
	maxFolded = 1 << 16

	// maxFoldedWork bounds what is computed of all such tensors together: an element counts one, and as often more as
	// its expression is long. Beyond it tensors are not computed, and shapes that need them are not known. Exported
	// tables of relative positions come to some 100,000.
	maxFoldedWork = 1 << 21

	// maxCalls bounds functions that call one another, the outermost counted.
	maxCalls = 32

	// maxOpened bounds the nodes of graphs in nodes, such as the bodies of loops, each counted as often as it runs, and those of
	// functions, as often as they are called.
	maxOpened = 1 << 17
)
