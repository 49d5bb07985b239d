package wire

// Limits of a file. A few bytes can claim anything; these limits bound time and memory on any input. The largest published
// models stay far below them.
const (
	MaxNodes      = 2_000_000 // nodes in all graphs of a file; unrolled language models have some 100,000
	maxString     = 64 << 10  // bytes of a name, or of a text attribute that is kept; must not exceed windowSize
	MaxRank       = 64        // dimensions of a tensor or value; the operators use up to 8
	MaxGraphDepth = 16        // graphs inside one another (bodies of If and Loop), the outermost counted

	// maxValues is how many values of an integer tensor are kept: shapes, axes and indices are this small, and
	// weights are not needed. MaxFloats is the same for floats of initializers, which only matter as scales and
	// thresholds; those written into nodes may be the ones of a norm that has no parameters.
	maxValues = 4096
	MaxFloats = 64

	// MaxMemory bounds the structs, lists and strings that a file is decoded into, by the charges below. Two
	// bytes of a file can be an empty node, so the size of the file is no bound.
	MaxMemory = 512 << 20
)

// Charges against MaxMemory: what one item takes up, rounded up, with its place in a list or map.
const (
	chargeNode      = 256
	chargeMap       = 512 // of the defaults of a function
	chargeAttribute = 320
	chargeTensor    = 256
	chargeValue     = 128
	chargeGraph     = 256
	chargeOpset     = 64
	chargeText      = 32 // and its bytes
	chargeDimension = 64
	chargeNumber    = 8
)

// Words that many strings are equal to are kept once: so many of so many bytes at most.
const (
	maxWords = 1000
	maxWord  = 64
)

// windowSize is how much of the file is in memory at a time.
const windowSize = 64 << 10

// These do not compile if a string or the values of a tensor do not fit into the window.
const (
	_ = uint(windowSize - maxString)
	_ = uint(windowSize - 8*max(maxValues, MaxFloats))
)
