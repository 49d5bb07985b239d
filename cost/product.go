package cost

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Product is a product of two activations. The gradient of each factor costs as many macs as the product itself, and is computed
// where something that the factor is made of needs one.
type Product struct {
	MACs string // an expression over [Variables]
	// Factors are the operands that the two factors are made of. The zero value is a product of what the layer makes itself.
	Factors [2][]int
}

// own is a product of what a layer makes itself.
func own(macs string) []Product { return []Product{{MACs: macs}} }

// ProductMACs is the expression of all macs that multiply two activations, empty where there are none.
func (r Rule) ProductMACs() string {
	var texts []string
	for _, p := range r.Products {
		texts = append(texts, p.MACs)
	}
	return strings.Join(texts, " + ")
}

// compiledProduct is a Product with its expression parsed.
type compiledProduct struct {
	macs    symbolic.Expr
	factors [2][]int
}

// compileProducts fills in the products of a compiled rule.
func (c *compiled) compileProducts(r Rule) error {
	for _, p := range r.Products {
		macs, err := symbolic.Parse(p.MACs)
		if err != nil {
			return err
		}
		c.products = append(c.products, compiledProduct{macs, p.Factors})
	}
	return nil
}

// productMACs are the macs of a rule that multiply two activations, over Variables.
func (c *compiled) productMACs() symbolic.Expr {
	var sum symbolic.Expr
	for _, p := range c.products {
		sum = sum.Add(p.macs)
	}
	return sum
}

// factorMACs are the macs of the gradients of factors, over Variables, of an operation that gets a gradient.
func (c *compiled) factorMACs(needs map[*trace.Value]bool, op *trace.Operation) symbolic.Expr {
	var sum symbolic.Expr
	for _, p := range c.products {
		for _, f := range p.factors {
			if f == nil || needsOneOf(needs, op, f) {
				sum = sum.Add(p.macs)
			}
		}
	}
	return sum
}

// factors are the operands that are a factor of a product whose other one needs a gradient.
func (c *compiled) factors(needs map[*trace.Value]bool, op *trace.Operation) []*trace.Value {
	var kept []*trace.Value
	for k, in := range op.Inputs {
		if slices.ContainsFunc(c.products, func(p compiledProduct) bool {
			isFactor := func(side int) bool { return len(p.factors[side]) == 1 && p.factors[side][0] == k }
			return isFactor(0) && needsOneOf(needs, op, p.factors[1]) || isFactor(1) && needsOneOf(needs, op, p.factors[0])
		}) {
			kept = append(kept, in)
		}
	}
	return kept
}

func needsOneOf(needs map[*trace.Value]bool, op *trace.Operation, operands []int) bool {
	return slices.ContainsFunc(operands, func(k int) bool { return needs[op.Inputs[k]] })
}
