package arch

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// tensorKinds reshape, cut and repeat values to a given shape, learn whole tensors, and reduce. Graphs of single operations, as
// ONNX files are, consist of them; networks written by hand mostly do without.
func tensorKinds() []*Kind {
	shape := Parameter{Name: "shape", Type: Dims, Doc: "width, then extents", Required: true}
	batch := Parameter{Name: "batch", Type: Size, Doc: "samples along the first axis", Word: "same", Words: []string{"same"}}
	to := func(name, doc string, rule func(in []Shape, a Args) (Shape, *Fault)) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "shape", Parameters: []Parameter{shape, batch}, Axes: anyAxes, MayBeEmpty: true, shape: rule}
	}
	source := func(name, doc string) *Kind {
		k := to(name, doc, asGiven)
		k.Source = true
		return k
	}
	stretch := to("expand", "the values again and again, in place", asGiven)
	stretch.Stretches = true
	values := Parameter{Name: "values", Type: Size, Doc: "learned values; as many as channels unless said", Word: AsWide, Words: []string{AsWide}}
	learned := func(name, doc string) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "values", Parameters: []Parameter{values}, Axes: anyAxes, shape: unchanged,
			weights: func(in, _ Shape, a Args) [][]symbolic.Expr { return [][]symbolic.Expr{{a.WidthOr("values", in.Width)}} }}
	}
	rescales := func(k *Kind) *Kind {
		k.Rescales = true
		return k
	}
	reshape := to("reshape", "the same values in another shape or order", asGiven)
	reshape.Reshapes, reshape.demands = true, asMany
	take := to("take", "some of the values, in place", asGiven)
	take.demands = amongThese
	input := source("input", "one more input of the network")
	input.Input = true
	prelu := learned("prelu", "x, or a learned share of it where negative")
	prelu.Function = rectifier(symbolic.Rat(1, 4)) // at initialisation
	return []*Kind{
		reshape,
		take,
		to("gather", "some of the values, copied", asGiven),
		stretch,
		to("tile", "the values again and again, copied", asGiven),
		{Name: Copy, Doc: "the values, copied", Axes: anyAxes, Joins: true, HandsOn: true, shape: unchanged},
		to("pad", "zeros around the values", asGiven),
		to("reduce", "a sum, mean or extreme of some axes", asGiven),
		to("unknown", "an operation that is not known and counts nothing", asGiven),
		input,
		ofSize(learnedTensor(source("parameter", "a learned tensor"))),
		ofSize(ofValues(source("buffer", "a tensor that is kept but not learned, as a table of positions is"), "kept values")),
		source("constant", "a tensor that is not learned"),
		rescales(scale(learned("scale", "multiplies by learned values, or by constants where there are 0"))),
		rescales(learned("shift", "adds learned values, or constants where there are 0")),
		prelu,
		{Name: "lrn", Doc: "local response normalisation over neighbouring channels", Short: "size", Parameters: []Parameter{count("size", "channels in a window")}, Axes: anyAxes, shape: unchanged},
	}
}

// learnedTensor is a kind of source whose values are learned.
func learnedTensor(k *Kind) *Kind {
	ofValues(k, "learned values")
	k.weights = func(_, out Shape, a Args) [][]symbolic.Expr {
		if a.Word("values") != "" {
			return [][]symbolic.Expr{{out.AllElements()}}
		}
		return [][]symbolic.Expr{{a.Value("values")}}
	}
	return k
}

// ofValues adds a parameter to a kind of source: the number of distinct values, of which the tensor may be a repetition.
func ofValues(k *Kind, what string) *Kind {
	k.Parameters = append(k.Parameters[:2:2], Parameter{
		Name: "values", Type: Size, Doc: what + ", where the tensor repeats or leaves out some", Word: AllElements, Words: []string{AllElements},
	})
	k.demands = func(in []Shape, a Args) []Demand {
		if a.Word("values") != "" {
			return nil
		}
		out, _ := asGiven(in, a)
		all, distinct := out.AllElements(), a.Value("values")
		return []Demand{atLeast(all, distinct, func() *Fault {
			return &Fault{Message: fmt.Sprintf("%s has %s values, not %s", out.Text(), all.Text(), distinct.Text())}
		})}
	}
	return k
}

// asGiven is the shape in the arguments.
func asGiven(in []Shape, a Args) (Shape, *Fault) {
	dims := a.Axes("shape")
	out := Shape{Width: dims[0], Extents: dims[1:]}
	if a.Word("batch") == "" {
		return out.WithSamples(a.Value("batch")), nil
	}
	if len(in) > 0 {
		out.Samples, out.Empty = in[0].Samples, in[0].Empty
	}
	return out, nil
}

// amongThese demands that no more values come out than come in.
func amongThese(in []Shape, a Args) []Demand {
	out, _ := asGiven(in, a)
	return []Demand{atLeast(in[0].AllElements(), out.AllElements(), func() *Fault {
		return &Fault{
			Message: fmt.Sprintf("%s comes in, of which %s cannot be taken", in[0].Text(), out.Text()),
			Hint:    "expand and tile repeat values, pad adds zeros",
		}
	})}
}

// asMany demands that as many values come out as come in.
func asMany(in []Shape, a Args) []Demand {
	out, _ := asGiven(in, a)
	return []Demand{equals(in[0].AllElements(), out.AllElements(), func() *Fault {
		return &Fault{Message: fmt.Sprintf("%s comes in, which cannot be seen as %s", in[0].Text(), out.Text())}
	})}
}

// recurrentKinds run along a sequence: all positions and samples of the input. Frameworks differ in whether a gate has one bias
// or one for each of its two products, so that both can be said.
func recurrentKinds() []*Kind {
	parameters := []Parameter{
		count("out", "units of each direction"),
		{Name: "directions", Type: Count, Doc: "1, or 2 where the sequence is read both ways", Default: symbolic.Int(1)},
		{Name: "bias", Type: Size, Doc: "learned biases of each gate: 0, 1 or 2; false and true are 0 and 2", Default: symbolic.Int(2), True: 2},
	}
	recurrent := func(name, doc string, gates int64) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "out", Parameters: parameters, Axes: anyAxes, Depth: 1, demands: atMostTwo, shape: recurrentShape,
			ways:   func(a Args) symbolic.Expr { return symbolic.Int(gates).Mul(a.Value("directions")) },
			layers: func(a Args) symbolic.Expr { return symbolic.Int(2).Mul(a.Value("directions")) },
			weights: func(in, _ Shape, a Args) [][]symbolic.Expr {
				rows := symbolic.Product(symbolic.Int(gates), a.Value("directions"), a.Value("out"))
				return [][]symbolic.Expr{{rows, in.Width}, {rows, a.Value("out")}}
			}}
	}
	return []*Kind{
		recurrent("rnn", "recurrent layer", 1),
		recurrent("gru", "gated recurrent units", 3),
		recurrent("lstm", "long short-term memory", 4),
	}
}

// atMostTwo demands that a recurrent layer has no more than two directions, and biases of a gate.
func atMostTwo(_ []Shape, a Args) []Demand {
	most := func(argument, hint string) Demand {
		v := a.Value(argument)
		return atLeast(symbolic.Int(2), v, func() *Fault {
			return &Fault{Message: fmt.Sprintf("%s is %s, but must be at most 2", argument, v.Text()), Hint: hint}
		})
	}
	return []Demand{most("directions", "a sequence is read forward, or both ways"), most("bias", "a gate has two products, and at most a bias for each")}
}

// recurrentShape: the units of all directions side by side.
func recurrentShape(in []Shape, a Args) (Shape, *Fault) {
	return in[0].WithWidth(a.Value("out").Mul(a.Value("directions"))), nil
}

// MeanSquare is the parameter of layers that multiply by learned factors, and of sources: the mean square of the factors or
// values at initialisation, on which signal and gradient depend.
const MeanSquare = "mean_square"

// NotKnown is the word for a mean square that is not known.
const NotKnown = "unknown"

func meanSquare(doc string) Parameter {
	return Parameter{Name: MeanSquare, Type: Factor, Doc: doc, Default: symbolic.Int(1), Words: []string{NotKnown}}
}

// ofSize adds the mean square of its values to a kind of source.
func ofSize(k *Kind) *Kind {
	k.Parameters = append(slices.Clip(k.Parameters), Parameter{
		Name: MeanSquare, Type: Factor, Doc: "mean square of its values at first", Word: NotKnown, Words: []string{NotKnown},
	})
	return k
}

// scale adds the mean square of its learned scale to a kind.
func scale(k *Kind) *Kind {
	k.Parameters = append(slices.Clip(k.Parameters), meanSquare("mean square of the factors at first"))
	return k
}
