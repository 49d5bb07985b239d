package arch

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Generating is what a network that generates text knows besides the one position that goes through it.
type Generating struct {
	Before Expression // positions before it, whose keys and values are cached
	Beyond Expression // positions beside it that the network was written for, as tables of positions are
}

// Generation is what a parameter is while text is generated.
type Generation int

// What parameters may be then; most are as ever.
const (
	AsEver Generation = iota
	IsBefore
	IsBeyond
)

// Of is what of a network a parameter is.
func (w Generation) Of(g *Generating) Expression {
	if w == IsBefore {
		return g.Before
	}
	return g.Beyond
}

// Decoding is the network while it generates text: one position goes through it, held against a context of so many positions, itself
// among them, whose keys and values are cached. The input must be a sequence. Rules that do not look at other positions, such as
// those of linear layers, price the one; attention has all positions before it as its past; weights are those of the network.
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
