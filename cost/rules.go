package cost

import (
	"fmt"
	"slices"
	"sync"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Rules lists every rule, in the order documentation shows them.
func Rules() []Rule {
	return slices.Concat(productRules(), normRules(), activationRules(), poolRules(), rearrangingRules(), sequenceRules(), tensorRules(), recurrentRules(), streamRules(), mergeRules())
}

// RuleOf returns the rule for a layer kind. The error is *choose.UnknownError.
func RuleOf(kind string) (Rule, error) {
	return choose.Named("layer", kind, Rules(), func(r Rule) []string { return r.Kinds })
}

// compiled is a rule whose formulas are parsed.
type compiled struct {
	expressions [quantityCount]symbolic.Expr
	given       [quantityCount]bool
	products    []compiledProduct
	inside      symbolic.Expr
	start       symbolic.Expr
	compiledBetween
	factored    symbolic.Expr
	view, cheap bool
	local       bool
	windows     bool // counts the positions in windows that may overlap
	keeps       *compiledKeeps
	variants    []compiledVariant
	inPlace     *compiledKeeps // nil if the layer cannot run in place
	trains      symbolic.Expr
	cache       symbolic.Expr
	reads       symbolic.Expr
	readsSome   bool // of its parameters, not all
	caches      bool // its cache is known, although it may multiply activations
	casting     Casting
	cast        symbolic.Expr
	castAlways  symbolic.Expr
	variables   []Variable // that some expression of it reads
}

// compilers has a function for each kind that compiles its rule when a layer first needs it; rules never change.
var compilers = sync.OnceValue(func() map[string]func() (*compiled, error) {
	byKind := map[string]func() (*compiled, error){}
	for _, r := range Rules() {
		compile := sync.OnceValues(r.compile)
		for _, k := range r.Kinds {
			byKind[k] = compile
		}
	}
	return byKind
})

// compiledRule is the compiled rule of a kind. The error is *choose.UnknownError, or says what in the rule cannot be read.
func compiledRule(kind string) (*compiled, error) {
	compile, ok := compilers()[kind]
	if !ok {
		return nil, &choose.UnknownError{What: "layer", Name: kind}
	}
	return compile()
}

func (r Rule) compile() (*compiled, error) {
	c := &compiled{view: r.View, cheap: r.Cheap, local: r.Local, casting: r.Casting, caches: r.Cache != "", readsSome: r.Reads != ""}
	err := c.compileWays(r)
	if err == nil {
		err = c.compileProducts(r)
	}
	if err != nil {
		return nil, fmt.Errorf("rule for %s: %w", r.Kinds[0], err)
	}
	for _, f := range []struct {
		text string
		into *symbolic.Expr
	}{{r.Inside, &c.inside}, {r.Start, &c.start}, {r.Factored, &c.factored}, {r.Trains, &c.trains}, {r.Cache, &c.cache}, {r.Reads, &c.reads}, {r.Cast, &c.cast}, {r.CastAlways, &c.castAlways}} {
		if f.text == "" {
			continue
		}
		if *f.into, err = symbolic.Parse(f.text); err != nil {
			return nil, fmt.Errorf("rule for %s: %w", r.Kinds[0], err)
		}
	}
	for _, f := range r.Formulas {
		e, err := symbolic.Parse(f.Expression)
		if err != nil {
			return nil, fmt.Errorf("rule for %s, %s: %w", r.Kinds[0], f.Quantity, err)
		}
		c.expressions[f.Quantity], c.given[f.Quantity] = e, true
		c.windows = c.windows || e.Has(overlapping)
	}
	c.variables = c.read()
	return c, nil
}

// read lists the variables of a layer that the expressions of a compiled rule read.
func (c *compiled) read() []Variable {
	texts := append(c.expressions[:], c.productMACs(), c.inside, c.start, c.inner, c.workspace, c.factored, c.trains, c.cache, c.reads, c.cast, c.castAlways)
	keeps := []*compiledKeeps{c.keeps, c.inPlace}
	for _, v := range c.variants {
		keeps = append(keeps, v.keeps)
		texts = append(texts, v.inner, v.workspace)
	}
	for _, k := range keeps {
		if k != nil {
			texts = append(texts, k.extra, k.where)
		}
	}
	reads := map[string]bool{}
	for _, e := range texts {
		for _, name := range e.Symbols() {
			reads[name] = true
		}
	}
	return slices.DeleteFunc(Variables(), func(v Variable) bool { return v.of == nil || !reads[v.Name] })
}
