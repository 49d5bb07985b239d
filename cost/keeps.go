package cost

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Keeps says what the backward pass of a layer needs from its forward pass.
type Keeps struct {
	Input, Output bool
	InputFor      Gradient // for which gradients the input is kept
	// Extra is further bytes, an expression over [Variables].
	Extra string
	// Where is an expression over Variables, for layers that keep nothing at all where it is 0; empty for the others.
	Where string
}

// Gradient says for which gradients a layer keeps its input. A layer that neither has trained weights nor reads what needs a gradient
// keeps nothing at all.
type Gradient int

// The gradients. What needs no input of its own, as the product of a gradient with weights, is not asked for.
const (
	AnyGradient   Gradient = iota // for that of its weights and that of its input
	OwnWeights                    // for that of its weights alone: nothing where they are frozen
	OtherOperands                 // each operand for those of the others
)

// Doc says in a few words what is kept of an input.
func (g Gradient) Doc() string {
	switch g {
	case OwnWeights:
		return "its input where its weights are trained"
	case OtherOperands:
		return "each operand where another one needs a gradient"
	}
	return "its input"
}

// Variant is what a layer keeps instead where it runs in one of the ways in which frameworks differ.
type Variant struct {
	Way   Way
	Keeps Keeps
}

// KeptBy is what layers of the rule keep under a framework, attention as the framework runs it unless said.
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

// compiledVariant is Variant with its expressions parsed.
type compiledVariant struct {
	way   Way
	keeps *compiledKeeps
}

func (k Keeps) compile() (*compiledKeeps, error) {
	c := &compiledKeeps{Keeps: k}
	for _, f := range []struct {
		text string
		into *symbolic.Expr
	}{{k.Extra, &c.extra}, {k.Where, &c.where}} {
		if f.text == "" {
			continue
		}
		var err error
		if *f.into, err = symbolic.Parse(f.text); err != nil {
			return nil, fmt.Errorf("what training keeps: %w", err)
		}
	}
	return c, nil
}

// compileKeeps fills in what a compiled rule keeps in every way.
func (c *compiled) compileKeeps(r Rule) (err error) {
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
		c.variants = append(c.variants, compiledVariant{v.Way, keeps})
	}
	return nil
}

// keeps is what a layer keeps, as it is stored and run here.
func (m Memory) keeps(rule *compiled, op *trace.Operation) compiledKeeps {
	k := rule.keeps
	for _, v := range rule.variants {
		if m.runs(v.way) {
			k = v.keeps
			break
		}
	}
	if m.InPlace && rule.inPlace != nil {
		k = rule.inPlace
	}
	if k.Where != "" && rule.isZero(k.where, op) {
		return compiledKeeps{}
	}
	return *k
}

// isZero reports whether an expression of a rule is 0 for an operation.
func (c *compiled) isZero(e symbolic.Expr, op *trace.Operation) bool {
	return e.Substitute(c.sizes(op, symbolic.Int(1))).IsZero()
}

// sharesInput reports whether, while training, what comes out of a layer lies in the storage of what comes in.
func (m Memory) sharesInput(rule *compiled, op *trace.Operation) bool {
	if rule.view {
		return rule.trains.IsZero() || rule.isZero(rule.trains, op)
	}
	return m.InPlace && rule.inPlace != nil
}
