package convention

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// sides are the usual extents of a square map of pixels, lengths those of a sequence.
func sides() []int64 {
	return []int64{
		28, 32, 64, 96, 112, 128, 160, 176, 192, 224, 227, 240, 256, 288, 299, 300, 320, 331, 336, 380, 384, 416, 448, 456, 480,
		512, 518, 528, 600, 608, 640, 768, 800, 1024,
	}
}

func lengths() []int64 { return []int64{64, 128, 256, 512, 1024, 2048, 4096, 8192} }

// usualSizes are the usual extents of a network's input, except its own; none where its axes have different extents, or where
// it carries samples of its own, as files with worked-out shapes do.
func usualSizes(s cost.Subject) []int64 {
	in := s.Network.Input
	if !s.Network.Samples.IsZero() {
		return nil
	}
	for k := 2; k < len(in); k++ {
		if !in[k].Equal(in[1].Expr) {
			return nil
		}
	}
	switch len(in) {
	case 2:
		return lengths()
	case 3:
		return sides()
	}
	return nil
}

// resized is a network at another extent of its input: the extent is bound if it is a symbol, and replaced if it is a number.
func resized(s cost.Subject, extent int64) (cost.Subject, bool) {
	in := s.Network.Input
	e := symbolic.Int(extent)
	if name := in[1].Symbols(); len(name) == 1 && in[1].Equal(symbolic.Symbol(name[0])) {
		return s.With(map[string]symbolic.Expr{name[0]: e}), true
	}
	if _, number := in[1].Rational(); !number {
		return s, false
	}
	n := *s.Network
	n.Input = slices.Clone(in)
	for k := 1; k < len(in); k++ {
		n.Input[k] = arch.Expression{Expr: e, Pos: in[k].Pos}
	}
	return cost.Subject{Name: s.Name, Network: &n, Set: maps.Clone(s.Set)}, true
}

// sized is a network summed up at one size of its input.
type sized struct {
	extent int64 // along each axis
	input  arch.Shape
	tally  *Tally
}

// sizeUp resolves a network and sums it up.
func sizeUp(s cost.Subject, extent int64, o Options) (*sized, error) {
	t, err := trace.Resolve(s.Network, trace.Options{Set: s.Set})
	if err != nil {
		return nil, err
	}
	tally, err := Count(t, o)
	if err != nil {
		return nil, err
	}
	return &sized{extent, t.Input.Shape, tally}, nil
}
