package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// sequenceKinds turn maps into sequences of tokens and back, as vision transformers do.
func sequenceKinds() []*Kind {
	one := AxisRange{1, 1}
	place := Parameter{Name: "at", Type: Size, Doc: "which position, from 0"}
	return []*Kind{
		{Name: "tokens", Doc: "all positions in one sequence", Axes: someAxes, Reshapes: true, HandsOn: true,
			shape: func(in []Shape, _ Args) (Shape, *Fault) {
				return Shape{Width: in[0].Width, Extents: []symbolic.Expr{in[0].Positions()}}, nil
			}},
		{Name: "class_token", Doc: "a learned position in front of the sequence", Axes: one,
			shape: func(in []Shape, _ Args) (Shape, *Fault) {
				return Shape{Width: in[0].Width, Extents: []symbolic.Expr{in[0].Extents[0].Add(symbolic.Int(1))}}, nil
			},
			weights: func(in, _ Shape, _ Args) [][]symbolic.Expr { return [][]symbolic.Expr{{in.Width}} }},
		{Name: "position_embedding", Doc: "adds a learned value for each channel and position", Axes: someAxes, shape: unchanged,
			Parameters: []Parameter{{Name: "beyond", Type: Size, While: IsBeyond, Doc: "positions besides those that come in that have values too"}}, weights: positionWeights},
		{Name: "token", Doc: "one position of a sequence", Short: "at", Parameters: []Parameter{place}, Axes: one, shape: tokenShape},
	}
}

// positionWeights: a value for each channel and position, those beyond the input included.
func positionWeights(in, _ Shape, a Args) [][]symbolic.Expr {
	if beyond := a.Value("beyond"); !beyond.IsZero() {
		return [][]symbolic.Expr{{in.Width, in.Positions().Add(beyond)}}
	}
	return [][]symbolic.Expr{in.Dims()}
}

func tokenShape(in []Shape, a Args) (Shape, *Fault) {
	at := a.Value("at")
	if sign, ok := in[0].Extents[0].Sub(at).Sign(); ok && sign <= 0 {
		return Shape{}, &Fault{Message: fmt.Sprintf("position %s is not among %s", at.Text(), in[0].Extents[0].Text())}
	}
	return Shape{Width: in[0].Width}, nil
}
