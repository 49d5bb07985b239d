package cost

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Rules lists every rule, in the order documentation shows them.
func Rules() []Rule {
	return slices.Concat(productRules(), normRules(), activationRules(), poolRules(), rearrangingRules(), mergeRules())
}

// UnknownRuleError says that no layer kind has the name.
type UnknownRuleError struct{ Name, Nearest string }

func (e *UnknownRuleError) Error() string { return fmt.Sprintf("no rule for %q", e.Name) }

// RuleOf returns the rule for a layer kind. The error is *UnknownRuleError.
func RuleOf(kind string) (Rule, error) {
	var names []string
	for _, r := range Rules() {
		if slices.Contains(r.Kinds, kind) {
			return r, nil
		}
		names = append(names, r.Kinds...)
	}
	return Rule{}, &UnknownRuleError{Name: kind, Nearest: arch.Nearest(kind, names)}
}

// compiled is a rule whose formulas are parsed.
type compiled struct {
	expressions [quantityCount]symbolic.Expr
	given       [quantityCount]bool
}

// book parses each rule the first time a layer needs it.
type book struct {
	rules map[string]Rule
	ready map[string]*compiled
}

func newBook() *book {
	b := &book{rules: map[string]Rule{}, ready: map[string]*compiled{}}
	for _, r := range Rules() {
		for _, k := range r.Kinds {
			b.rules[k] = r
		}
	}
	return b
}

func (b *book) rule(kind string) (*compiled, error) {
	if c := b.ready[kind]; c != nil {
		return c, nil
	}
	r, ok := b.rules[kind]
	if !ok {
		return nil, &UnknownRuleError{Name: kind}
	}
	c := &compiled{}
	for _, f := range r.Formulas {
		e, err := symbolic.Parse(f.Expression)
		if err != nil {
			return nil, fmt.Errorf("rule for %s, %s: %w", kind, f.Quantity, err)
		}
		c.expressions[f.Quantity], c.given[f.Quantity] = e, true
	}
	b.ready[kind] = c
	return c, nil
}
