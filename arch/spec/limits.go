package spec

// Limits of what is read. They bound time and memory on any input; a network of 10,000 layers that is written out with all
// its arguments stays below them.
const (
	MaxBytes  = 2 << 20 // size of a file
	MaxTokens = 500_000 // words, numbers and marks in a file
	MaxDepth  = 100     // lists and maps inside one another
	MaxNames  = 1_000   // symbols, blocks, and parameters of a block, each
)

// maxPathBytes bounds the paths that the YAML parser writes for every value: tokens × depth × longest word.
const maxPathBytes = 256 << 20

// maxEmpty bounds the moves of the YAML parser, which puts a token in for every value that is left empty: tokens × empty values.
const maxEmpty = 1_500_000_000
