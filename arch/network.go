package arch

import (
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Expression is a number of a network as it was written: an exact expression and its place. Besides the network's symbols
// and the parameters of the enclosing block it may use c, the incoming width, and i, the index of the innermost repeat.
type Expression struct {
	symbolic.Expr
	Pos Pos
}

// Names that every expression may use and no symbol, parameter or tap may take.
const (
	IncomingWidth = "c"
	RepeatIndex   = "i"
)

// ReservedNames mean something in every expression, so that no symbol, parameter or named tensor may have them.
func ReservedNames() []string {
	return append([]string{IncomingWidth, RepeatIndex, LinkCount, "true", "false"}, symbolic.FunctionNames()...)
}

// InputName is the name by which steps read the input of their block, or of the network, unless a tensor has that name.
const InputName = "input"

// Network is a network as data: what a file describes, before any symbol is bound.
type Network struct {
	Name       string
	Source     string   // where the network is defined: paper and section, or model card
	Symbols    []Symbol // in the order of the file
	Free       []string // the symbols that closed formulas leave free; empty means all
	Presets    []Preset
	Input      []Expression // width, then 0 to 3 extents
	Samples    Expression   // how many samples the input carries, see [Shape]; zero for one
	Generating *Generating  // set where the network runs on one position of a sequence, see [Network.Decoding]
	// MayBeEmpty says that the input may have no elements, as in an ONNX file.
	MayBeEmpty bool
	Blocks     []*Block
	Steps      []Step
	File       *File      // the text it was read from; nil for networks built in Go
	Notes      []string   // what its reader did not understand
	Inits      []KindInit // how its weights are initialised, where it says so
}

// Symbol is a named number with a default, which may be an expression of other symbols. It stands for a whole number
// unless Fraction is set (its default, or a preset, is a fraction), so that ⌊θ·c⌋ keeps its brackets and ⌊N⌋ does not.
type Symbol struct {
	Name     string
	Default  Expression
	Fraction bool
	Dynamic  bool // a dimension that the ONNX file leaves open: its value is known only when the network runs
	Fixed    bool // an open dimension that must equal a number for shapes to fit: it can only have its default
	Pos      Pos
}

// Expr is the symbol itself, free.
func (s Symbol) Expr() symbolic.Expr {
	if s.Fraction {
		return symbolic.Fraction(s.Name)
	}
	return symbolic.Symbol(s.Name)
}

// Preset is a named member of a family: values for some of its symbols.
type Preset struct {
	Name string
	Set  []Setting
	Pos  Pos
}

// Setting binds one symbol.
type Setting struct {
	Name  string
	Value Expression
	Pos   Pos
}

// Block is a reusable list of steps with parameters. Inside it, its parameters and the network's symbols are visible.
type Block struct {
	Name       string
	Parameters []BlockParameter
	Steps      []Step
	Pos        Pos
}

// BlockParameter is a parameter of a block; without a default it must be given at each use.
type BlockParameter struct {
	Name    string
	Default *Expression // of a number
	Takes   ParameterOf
}

// ParameterOf says what a parameter of a block stands for.
type ParameterOf string

// What parameters stand for: numbers, steps that the block runs where it names them, and tensors that it reads.
const (
	NumberParameter ParameterOf = ""
	StepsParameter  ParameterOf = "steps"
	TensorParameter ParameterOf = "from"
)

// Parameter returns the named parameter of a block.
func (b *Block) Parameter(name string) (BlockParameter, bool) {
	for _, p := range b.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return BlockParameter{}, false
}

// Preset returns the named preset.
func (n *Network) Preset(name string) (Preset, bool) {
	for _, p := range n.Presets {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// Symbol returns the named symbol.
func (n *Network) Symbol(name string) (Symbol, bool) {
	for _, s := range n.Symbols {
		if s.Name == name {
			return s, true
		}
	}
	return Symbol{}, false
}

// FreeSymbols names the symbols that closed formulas leave free unless told otherwise: those of Free, or else all.
func (n *Network) FreeSymbols() []string {
	if len(n.Free) > 0 {
		return n.Free
	}
	var names []string
	for _, s := range n.Symbols {
		names = append(names, s.Name)
	}
	return names
}

// Derivation names the symbols that the default of the named symbol reads, directly or through other defaults, and the
// symbol itself.
func (n *Network) Derivation(name string) map[string]bool {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		s, ok := n.Symbol(name)
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		for _, other := range s.Default.Symbols() {
			visit(other)
		}
	}
	visit(name)
	return seen
}
