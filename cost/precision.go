package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Precision is a training recipe: in which types parameters, gradients and activations are stored. The zero value stores all
// of them in the type of elements.
type Precision struct {
	Name, Doc string
	Note      string // a note on every result, where the name that was asked for needs one
	Elements  int64  // bytes of an activation; 0 for those of the type of elements
	Params    int64  // bytes of a parameter and of its gradient; 0 as Elements
	// Master says that the optimizer keeps an fp32 copy of the weights (Rajbhandari et al. 2020, arXiv:1910.02054, section 3.1).
	Master bool
	// Autocast says that layers cast their inputs, see [Casting].
	Autocast bool
}

// Precisions lists the recipes that --precision takes.
func Precisions() []Precision {
	return []Precision{
		{Name: "fp32", Doc: "everything in fp32", Elements: 4, Params: 4},
		{Name: "bf16", Doc: "everything in bf16", Elements: 2, Params: 2},
		{Name: "fp16", Doc: "everything in fp16", Elements: 2, Params: 2},
		{Name: "autocast", Doc: "PyTorch's autocast: parameters and gradients in fp32, products in 16 bit with 16-bit copies of their weights, norms of layers, softmax and losses in fp32", Elements: 2, Params: 4, Autocast: true},
		{Name: "mixed", Doc: "16-bit activations, weights and gradients, and an fp32 copy of the weights", Elements: 2, Params: 2, Master: true},
	}
}

// ParsePrecision returns the named recipe.
func ParsePrecision(name string) (Precision, error) {
	return choose.Named("precision", name, Precisions(), func(p Precision) []string { return []string{p.Name} })
}

// elementBytes is the bytes of an activation.
func (o Options) elementBytes() int64 {
	switch {
	case o.Precision.Elements != 0:
		return o.Precision.Elements
	case o.BytesPerElement == 0:
		return wideBytes
	}
	return o.BytesPerElement
}

// bytes is the memory of elements of every sample.
func (o Options) bytes(elements symbolic.Expr) symbolic.Expr {
	return elements.Mul(o.batch()).Mul(symbolic.Int(o.elementBytes()))
}

// gradientBytes is the bytes of the gradient of a parameter.
func (o Options) gradientBytes() int64 {
	if o.Precision.Params != 0 {
		return o.Precision.Params
	}
	return o.elementBytes()
}

// paramBytes is the bytes of a number of parameters. An odd number of parameters of half a byte is not rounded, so that layers
// add up to the network.
func (o Options) paramBytes(params symbolic.Expr) symbolic.Expr {
	bits := 8 * o.gradientBytes()
	if o.Weights.Bits != 0 {
		bits = o.Weights.Bits
	}
	return params.Mul(symbolic.Rat(bits, 8))
}
