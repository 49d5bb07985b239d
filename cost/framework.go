package cost

import (
	"slices"

	"github.com/skipcost/skipcost/internal/choose"
)

// Framework is a profile of rules for the points in which frameworks differ: how layers run, and so what training keeps. The
// zero value is torch2.
type Framework struct {
	Name string // as --framework takes it
	Also string // another name for it
	Doc  string
	// Attention is the way in which attention layers run; empty for the fused one.
	Attention Way
	Ways      []Way // in which other layers run
}

// Way is one way of running a layer. The rule of the layer says what it keeps if it runs so, see [Variant].
type Way string

// The ways of older frameworks, which differ from the rules of current ones.
const (
	// MeanKeepsInput: a mean over all positions keeps its input, of which only the shape is needed.
	MeanKeepsInput Way = "mean keeps input"
	// WideMasks: the mask of a dropout has the type of the elements that it drops.
	WideMasks Way = "wide masks"
	// KeptSteps: a recurrent layer runs step by step, and keeps the tensors of each step beside its output.
	KeptSteps Way = "kept steps"
	// SeparateSteps: attention runs as scores, softmax and weighted sums, each of which makes a tensor.
	SeparateSteps Way = "separate steps"
	// ScaledSteps: the same, and the number by which scores are scaled is a tensor of 8 bytes.
	ScaledSteps Way = "separate steps with scale"
)

// Frameworks lists the profiles that --framework takes. What each rule keeps was measured with saved-tensor hooks for
// torch1; for torch2 it follows the backward formulas of the operations.
func Frameworks() []Framework {
	return []Framework{
		{
			Name: "torch2", Also: "current",
			Doc: "PyTorch 2: a global mean keeps nothing, the mask of a dropout is a byte per element, attention is fused",
		},
		{
			Name: "torch1", Also: "older", Attention: ScaledSteps, Ways: []Way{MeanKeepsInput, WideMasks, KeptSteps},
			Doc: "PyTorch 1: a global mean keeps its input, the mask of a dropout has the type of the elements, attention and recurrent layers run step by step",
		},
	}
}

// ParseFramework returns the profile of a name.
func ParseFramework(name string) (Framework, error) {
	return choose.Named("framework", name, Frameworks(), func(f Framework) []string { return []string{f.Name, f.Also} })
}

// Attention overrides how a framework runs attention layers.
type Attention string

// The ways.
const (
	FusedAttention Attention = "fused"
	MathAttention  Attention = "math"
)

// Attentions lists them.
func Attentions() []Attention { return []Attention{MathAttention, FusedAttention} }

// Doc says what training keeps then, for documentation.
func (a Attention) Doc() string {
	switch a {
	case FusedAttention:
		return "attention keeps queries, keys, values, sums and one fp32 figure per row and head (Dao et al. 2022, arXiv:2205.14135, section 3.1)"
	case MathAttention:
		return "attention keeps the weights of all pairs of positions as well (Korthikanti et al. 2022, arXiv:2205.05198, section 4.1)"
	}
	return ""
}

// ParseAttention returns the named way of running attention.
func ParseAttention(name string) (Attention, error) {
	return choose.Word("attention", name, Attentions())
}

// runs reports whether layers run in a way.
func (m Memory) runs(w Way) bool {
	attention := m.Framework.Attention
	switch m.Attention {
	case FusedAttention:
		attention = ""
	case MathAttention:
		if attention == "" {
			attention = SeparateSteps
		}
	}
	return w == attention || slices.Contains(m.Framework.Ways, w)
}
