package arch

// Recomputation says which tensors of a step are not kept from the forward pass but computed again in the backward pass: activation
// checkpointing (Chen et al. 2016, arXiv:1604.06174).
type Recomputation string

// What is computed again. Inside: all tensors but the output of the step, from its input. All: the output too, once something
// needs it. Inverted: the input of a reversible step, from its output.
const (
	RecomputeInside   Recomputation = "true"
	RecomputeAll      Recomputation = "all"
	RecomputeInverted Recomputation = "reversible"
)

// Recomputations lists them in the order documentation shows them.
func Recomputations() []Recomputation {
	return []Recomputation{RecomputeInside, RecomputeAll, RecomputeInverted}
}
