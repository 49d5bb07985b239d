package arch

// Again says what of a step is not kept from the forward pass for the backward pass, but made again there.
type Again string

// What is made again. Inside a step all but what comes out of it is made of what the step reads; where all is, what comes out is too,
// once something needs it. What a reversible step reads is made of what comes out.
const (
	AgainInside   Again = "true"
	AgainAll      Again = "all"
	AgainInverted Again = "reversible"
)

// Agains lists them in the order documentation shows them.
func Agains() []Again { return []Again{AgainInside, AgainAll, AgainInverted} }

// Couple cuts what comes in into two halves x₁ and x₂ along the width and puts y₁ = x₁ + F(x₂) and y₂ = x₂ + G(y₁) side by side, F and
// G being its paths: an additive coupling, from whose result what came in can be computed (Gomez et al. 2017, arXiv:1707.04585, section 3).
type Couple struct{ Paths []Path }

func (*Couple) action() {}
