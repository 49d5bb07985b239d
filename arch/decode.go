package arch

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Generating is what a network that generates text, one position at a time, knows of the other positions.
type Generating struct {
	Before Expression // positions before the one, whose keys and values are cached
	Beyond Expression // positions beside the one that the network was written for, for which tables of positions are as long
}

// Generation says what becomes of a parameter while text is generated.
type Generation int

// What may become of it: most parameters keep their value, others are one of the numbers of [Generating].
const (
	AsEver Generation = iota
	IsBefore
	IsBeyond
)

// Of is the value of a parameter that does not keep its own.
func (w Generation) Of(g *Generating) Expression {
	if w == IsBefore {
		return g.Before
	}
	return g.Beyond
}

// Decoding is the network while it generates text: one position goes through it, the last of a context of so many positions,
// and the keys and values of those before it are cached. The input must be a sequence. Layers that do not look at other
// positions, such as linear ones, run on the one; attention has all positions before it as its past; the weights are those of
// the network.
func (n *Network) Decoding(context Expression) (*Network, error) {
	if len(n.Input) != 2 {
		return nil, fmt.Errorf("%s takes no sequence: its input has %d extents, not 1", n.Name, len(n.Input)-1)
	}
	one := symbolic.Int(1)
	step, length := *n, n.Input[1]
	step.Input = slices.Clone(n.Input)
	step.Input[1] = Expression{Expr: one, Pos: length.Pos}
	step.Generating = &Generating{
		Before: Expression{Expr: context.Sub(one), Pos: context.Pos},
		Beyond: Expression{Expr: length.Sub(one), Pos: length.Pos},
	}
	return &step, nil
}
