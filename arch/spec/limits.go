package spec

// Limits of what is read. They bound time and memory on any input; networks stay far below them.
const (
	MaxBytes  = 1 << 20 // size of a file
	MaxTokens = 50_000  // words, numbers and marks in a file
	MaxDepth  = 100     // lists and maps inside one another
	MaxNames  = 1_000   // symbols, blocks, and parameters of a block, each
)

// maxPathBytes bounds the paths that the YAML parser writes for every value: tokens × depth × longest word.
const maxPathBytes = 256 << 20
