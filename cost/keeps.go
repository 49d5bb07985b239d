package cost

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Keeps says which tensors the backward pass of a layer needs from its forward pass.
type Keeps struct {
	Input, Output bool
	InputFor      Gradient // for which gradients the input is kept
	Indices       bool     // the input is whole numbers, of 8 bytes each, that choose rows of a table
	// Extra is the number of further bytes, an expression over [Variables].
	Extra string
	// Where is an expression over Variables: where it is 0 the layer keeps nothing at all. Empty for layers without such a
	// condition.
	Where string
}

// Gradient says for which gradients a layer keeps its input. A layer without trained weights whose inputs need no gradient
// keeps nothing at all.
type Gradient int

// The gradients. What needs no input of its own, as the product of a gradient with weights, is not asked for.
const (
	AnyGradient   Gradient = iota // for that of its weights and that of its input
	OwnWeights                    // for that of its weights alone: nothing where they are frozen
	OtherOperands                 // each operand for those of the others
	OtherFactors                  // each operand for that of the other factor of its product
	Divisors                      // the first operand for those of the others, which are kept for any
)

// Doc says in a few words when an input is kept.
func (g Gradient) Doc() string {
	switch g {
	case OwnWeights:
		return "its input where its weights are trained"
	case OtherFactors:
		return "each factor where the other one needs a gradient"
	case Divisors:
		return "its divisor, and its dividend where the divisor needs a gradient"
	case OtherOperands:
		return "each operand where another one needs a gradient"
	}
	return "its input"
}

// Variant is what a layer keeps, and needs between its steps, if it runs in one of the ways in which frameworks differ.
type Variant struct {
	Way   Way
	Keeps Keeps
	Between
}

// KeptBy is what layers of the rule keep under a framework; a is empty for attention as the framework runs it.
func (r Rule) KeptBy(f Framework, a Attention) Keeps {
	m := Memory{Framework: f, Attention: a}
	for _, v := range r.Variants {
		if m.runs(v.Way) {
			return v.Keeps
		}
	}
	return r.Keeps
}

// compiledKeeps is Keeps with its expressions parsed.
type compiledKeeps struct {
	Keeps
	extra, where symbolic.Expr
}

// compiledBetween is Between with its expressions parsed.
type compiledBetween struct{ inner, workspace symbolic.Expr }

// compiledVariant is Variant with its expressions parsed.
type compiledVariant struct {
	way   Way
	keeps *compiledKeeps
	compiledBetween
}

func (b Between) compile() (c compiledBetween, err error) {
	if c.inner, err = parsed(b.Inner); err != nil {
		return c, fmt.Errorf("what moves between its steps: %w", err)
	}
	if c.workspace, err = parsed(b.Workspace); err != nil {
		return c, fmt.Errorf("what is held between its steps: %w", err)
	}
	return c, nil
}

// parsed is an expression, zero where there is none.
func parsed(text string) (symbolic.Expr, error) {
	if text == "" {
		return symbolic.Expr{}, nil
	}
	return symbolic.Parse(text)
}

func (k Keeps) compile() (*compiledKeeps, error) {
	c := &compiledKeeps{Keeps: k}
	var err error
	if c.extra, err = parsed(k.Extra); err == nil {
		c.where, err = parsed(k.Where)
	}
	if err != nil {
		return nil, fmt.Errorf("what training keeps: %w", err)
	}
	return c, nil
}

// compileWays fills in what a compiled rule keeps, and needs between its steps, in every way.
func (c *compiled) compileWays(r Rule) (err error) {
	if c.compiledBetween, err = r.Between.compile(); err != nil {
		return err
	}
	if c.keeps, err = r.Keeps.compile(); err != nil {
		return err
	}
	if r.InPlace != nil {
		if c.inPlace, err = r.InPlace.compile(); err != nil {
			return err
		}
	}
	for _, v := range r.Variants {
		keeps, err := v.Keeps.compile()
		if err != nil {
			return err
		}
		between, err := v.Between.compile()
		if err != nil {
			return err
		}
		c.variants = append(c.variants, compiledVariant{v.Way, keeps, between})
	}
	return nil
}

// variant is the variant of a rule that applies here; nil for the rule itself.
func (m Memory) variant(rule *compiled) *compiledVariant {
	for k := range rule.variants {
		if m.runs(rule.variants[k].way) {
			return &rule.variants[k]
		}
	}
	return nil
}

// between is what a layer needs between its steps, in the way it runs here.
func (m Memory) between(rule *compiled) compiledBetween {
	if v := m.variant(rule); v != nil {
		return v.compiledBetween
	}
	return rule.compiledBetween
}

// keeps is what a layer keeps, in the way it is stored and runs here.
func (m Memory) keeps(rule *compiled, op *trace.Operation) compiledKeeps {
	k := rule.keeps
	if v := m.variant(rule); v != nil {
		k = v.keeps
	}
	if m.InPlace && rule.inPlace != nil {
		k = rule.inPlace
	}
	if k.Where != "" && rule.isZero(k.where, op) {
		return compiledKeeps{}
	}
	return *k
}

// remakes reports whether an operation runs again in the backward pass because a step says so: all that lie inside of it, and the one whose
// output is kept if it keeps more than tensors that others read.
func (m Memory) remakes(rule *compiled, op *trace.Operation) bool {
	if op.Recompute == arch.RecomputeInside {
		return !m.sharesInput(rule, op) && !m.keeps(rule, op).extra.IsZero()
	}
	return op.Recompute != ""
}

// isZero reports whether an expression of a rule is 0 for an operation.
func (c *compiled) isZero(e symbolic.Expr, op *trace.Operation) bool {
	return e.Substitute(c.sizes(op, symbolic.Int(1))).IsZero()
}

// sharesInput reports whether, in training, the output of a layer lies in the storage of its input.
func (m Memory) sharesInput(rule *compiled, op *trace.Operation) bool {
	if rule.view {
		return rule.trains.IsZero() || rule.isZero(rule.trains, op)
	}
	return m.InPlace && rule.inPlace != nil
}
