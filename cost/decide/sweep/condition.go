package sweep

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// Condition is a statement about costs and symbols: comparisons, joined by && and ||, turned by !.
type Condition struct {
	text        string
	comparisons []Comparison
	root        test
}

// Comparison is a condition on the sign of the difference of two expressions.
type Comparison struct {
	Difference symbolic.Expr // left − right, over the names of costs and symbols
	holds      [3]bool       // where the difference is negative, 0, positive
}

// test is a condition over the signs of the differences, −1, 0 or 1 each.
type test func(signs []int) bool

// comparators are the signs of comparisons, the longer ones first.
var comparators = [...]struct {
	text  string
	holds [3]bool
}{
	{"<=", [3]bool{true, true, false}}, {">=", [3]bool{false, true, true}}, {"==", [3]bool{false, true, false}}, {"!=", [3]bool{true, false, true}},
	{"<", [3]bool{true, false, false}}, {">", [3]bool{false, false, true}}, {"=", [3]bool{false, true, false}},
}

// ParseCondition reads a condition as params<=1M && (macs<100M || L>=20). Numbers may have SI and IEC suffixes.
func ParseCondition(text string) (*Condition, error) {
	c := &Condition{text: text}
	p := &conditionParser{text: text, condition: c}
	var err error
	if c.root, err = p.either(); err == nil && p.skip() < len(p.text) {
		err = fmt.Errorf("%q is left over", p.text[p.at:])
	}
	if err != nil {
		return nil, fmt.Errorf("the condition %q: %w", text, err)
	}
	return c, nil
}

// String is the condition as it was given.
func (c *Condition) String() string { return c.text }

// Names lists the costs and symbols in the condition.
func (c *Condition) Names() []string {
	var out []string
	for _, one := range c.comparisons {
		for _, name := range one.Difference.Symbols() {
			if !contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Quantities are the costs in the condition.
func (c *Condition) Quantities() []cost.Quantity {
	var out []cost.Quantity
	for _, name := range c.Names() {
		if q, err := cost.ParseQuantity(name); err == nil {
			out = append(out, q)
		}
	}
	return out
}

// conditionParser goes over the text of a condition.
type conditionParser struct {
	text      string
	at        int
	condition *Condition
}

func (p *conditionParser) skip() int {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
	return p.at
}

// take moves behind a sign if it comes next.
func (p *conditionParser) take(sign string) bool {
	if !strings.HasPrefix(p.text[p.skip():], sign) {
		return false
	}
	p.at += len(sign)
	return true
}

// either parses parts of which one must hold.
func (p *conditionParser) either() (test, error) {
	return p.joined("||", p.both, func(a, b test) test { return func(s []int) bool { return a(s) || b(s) } })
}

// both parses parts that all must hold.
func (p *conditionParser) both() (test, error) {
	return p.joined("&&", p.one, func(a, b test) test { return func(s []int) bool { return a(s) && b(s) } })
}

func (p *conditionParser) joined(sign string, part func() (test, error), join func(a, b test) test) (test, error) {
	all, err := part()
	for err == nil && p.take(sign) {
		var next test
		if next, err = part(); err == nil {
			all = join(all, next)
		}
	}
	return all, err
}

// one parses a comparison, or a condition in brackets or with ! before it.
func (p *conditionParser) one() (test, error) {
	if !strings.HasPrefix(p.text[p.skip():], "!=") && p.take("!") {
		inner, err := p.one()
		return func(s []int) bool { return !inner(s) }, err
	}
	if end := p.bracketed(); end > 0 {
		p.at++
		inner := &conditionParser{text: p.text[:end], at: p.at, condition: p.condition}
		t, err := inner.either()
		if err == nil && inner.skip() < end {
			err = fmt.Errorf("%q is left over", p.text[inner.at:end])
		}
		p.at = end + 1
		return t, err
	}
	return p.comparison()
}

// bracketed is where the brackets that open here close, if there is a comparison in them; else 0.
func (p *conditionParser) bracketed() int {
	if !strings.HasPrefix(p.text[p.skip():], "(") {
		return 0
	}
	depth := 0
	for k := p.at; k < len(p.text); k++ {
		switch p.text[k] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				if strings.ContainsAny(p.text[p.at:k], "<>=!") {
					return k
				}
				return 0
			}
		}
	}
	return 0
}

// comparison parses two expressions with a sign between them.
func (p *conditionParser) comparison() (test, error) {
	text := p.text[p.skip():]
	end := len(text)
	for _, sign := range []string{"&&", "||"} {
		if k := strings.Index(text, sign); k >= 0 {
			end = min(end, k)
		}
	}
	p.at += end
	text = text[:end]
	at, found := len(text), comparators[0]
	for _, c := range comparators {
		if k := strings.Index(text, c.text); k >= 0 && k < at {
			at, found = k, c
		}
	}
	if at == len(text) {
		return nil, fmt.Errorf("%q compares nothing, as in params<=1M", strings.TrimSpace(text))
	}
	left, err := side(text[:at])
	if err != nil {
		return nil, err
	}
	right, err := side(text[at+len(found.text):])
	if err != nil {
		return nil, err
	}
	k := len(p.condition.comparisons)
	p.condition.comparisons = append(p.condition.comparisons, Comparison{left.Sub(right), found.holds})
	holds := found.holds
	return func(signs []int) bool { return holds[signs[k]+1] }, nil
}

// amount parses a number with a suffix.
var amount = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?([kKMGTPE]i?)?B?\b`) })

// side parses one of the two expressions.
func side(text string) (symbolic.Expr, error) {
	var failed error
	text = amount().ReplaceAllStringFunc(text, func(s string) string {
		a, err := cost.ParseAmount(s)
		if err != nil {
			failed = err
			return s
		}
		return "(" + a.Value.RatString() + ")"
	})
	if failed != nil {
		return symbolic.Expr{}, failed
	}
	e, err := symbolic.Parse(strings.TrimSpace(text))
	if err != nil {
		if side := strings.TrimSpace(text); side != "" {
			err = fmt.Errorf("%s: %w", side, err)
		}
		return e, err
	}
	return e, e.Err()
}
