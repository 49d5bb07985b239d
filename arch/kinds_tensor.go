package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// tensorKinds move, cut and repeat values to a shape that is given as a whole, learn whole tensors, and reduce. They are what
// graphs of single operations are made of; networks written by hand mostly do without.
func tensorKinds() []*Kind {
	shape := Parameter{Name: "shape", Type: Dims, Doc: "width, then extents", Required: true}
	batch := Parameter{Name: "batch", Type: Count, Doc: "samples along the first axis", Word: "same", Words: []string{"same"}}
	to := func(name, doc string, rule func(in []Shape, a Args) (Shape, *Fault)) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "shape", Parameters: []Parameter{shape, batch}, Axes: anyAxes, shape: rule}
	}
	source := func(name, doc string) *Kind {
		k := to(name, doc, asGiven)
		k.Source = true
		return k
	}
	values := Parameter{Name: "values", Type: Size, Doc: "learned values; as many as channels unless said", Word: "width", Words: []string{"width"}}
	learned := func(name, doc string) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "values", Parameters: []Parameter{values}, Axes: anyAxes, shape: unchanged}
	}
	return []*Kind{
		to("reshape", "the same values in another shape or order", reshaped),
		to("take", "some of the values, in place", asGiven),
		to("gather", "some of the values, copied", asGiven),
		to("expand", "the values again and again, in place", asGiven),
		to("tile", "the values again and again, copied", asGiven),
		{Name: Copy, Doc: "the values, copied", Axes: anyAxes, shape: unchanged},
		to("pad", "zeros around the values", asGiven),
		to("reduce", "a sum, mean or extreme of some axes", asGiven),
		to("unknown", "an operation that is not known and counts nothing", asGiven),
		source("input", "one more input of the network"),
		learnedTensor(source("parameter", "a learned tensor")),
		source("constant", "a tensor that is not learned"),
		learned("scale", "multiplies by learned values, or by constants where there are 0"),
		learned("shift", "adds learned values, or constants where there are 0"),
		learned("prelu", "x, or a learned share of it where negative"),
		{Name: "lrn", Doc: "local response normalisation over neighbouring channels", Short: "size", Parameters: []Parameter{count("size", "channels in a window")}, Axes: anyAxes, shape: unchanged},
	}
}

// learnedTensor adds how many values are learned to a kind of source.
func learnedTensor(k *Kind) *Kind {
	k.Parameters = append(k.Parameters[:2:2], Parameter{
		Name: "values", Type: Size, Doc: "learned values, where the tensor repeats or leaves out some", Word: "all", Words: []string{"all"},
	})
	return k
}

// asGiven is the shape that the arguments give.
func asGiven(in []Shape, a Args) (Shape, *Fault) {
	dims := a.Axes("shape")
	out := Shape{Width: dims[0], Extents: dims[1:]}
	if a.Word("batch") == "" {
		out.Samples = a.Value("batch")
	} else if len(in) > 0 {
		out.Samples = in[0].Samples
	}
	return out, nil
}

// reshaped is the shape that is given, which must hold as many values as come in.
func reshaped(in []Shape, a Args) (Shape, *Fault) {
	out, _ := asGiven(in, a)
	difference := out.AllElements().Sub(in[0].AllElements())
	if r, ok := difference.Rational(); ok && r.Sign() != 0 {
		return Shape{}, &Fault{Message: fmt.Sprintf("%s comes in, which cannot be seen as %s", in[0].Text(), out.Text())}
	}
	return out, nil
}

// recurrentKinds run along a sequence, which is all positions and samples of what comes in.
func recurrentKinds() []*Kind {
	parameters := []Parameter{
		count("out", "units of each direction"),
		{Name: "directions", Type: Count, Doc: "1, or 2 where the sequence is read both ways", Default: symbolic.Int(1)},
		flag("bias", "adds two learned biases", 1),
	}
	recurrent := func(name, doc string) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "out", Parameters: parameters, Axes: anyAxes, shape: func(in []Shape, a Args) (Shape, *Fault) {
			return in[0].WithWidth(a.Value("out").Mul(a.Value("directions"))), nil
		}}
	}
	return []*Kind{
		recurrent("rnn", "recurrent layer"),
		recurrent("gru", "gated recurrent units"),
		recurrent("lstm", "long short-term memory"),
	}
}
