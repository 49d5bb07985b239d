package spec

// Limits of a file. They bound time and memory on any input; a network of 10,000 layers that is written out with all its
// arguments stays below them.
const (
	MaxBytes  = 2 << 20 // size of a file
	MaxTokens = 500_000 // words, numbers and marks in a file
	MaxDepth  = 100     // lists and maps inside one another
	MaxNames  = 1_000   // symbols, blocks, and parameters of a block, each
)

// maxPathBytes bounds the memory of the paths that the YAML parser builds for every value: tokens × depth × longest word.
const maxPathBytes = 256 << 20

// maxEmpty bounds the time of the YAML parser, which inserts a token for every value that is left empty and moves all tokens
// behind it: tokens × empty values.
const maxEmpty = 1_500_000_000
