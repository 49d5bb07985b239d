package symbolic

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is one way to write formulas.
type style struct {
	minus, times string
	plus, less   string    // between terms
	floor        [2]string // its brackets
	digits       func(string) string
	name         func(string) string
	raise        func(base, exponent string, simple bool) string
	over         func(above, below string) string
	open, close  string
	function     func(name string, args ...string) string
	running      func(from, to, factor string) string // a product over j; nil where it is a function
	total        func(from, to, term string) string   // a sum over j, likewise
	failed       func(error) string                   // how an expression that carries an error is shown
	seen         func(string) string                  // the text without markup, as a reader sees it

	atoms, sums map[string]string // texts made before, by key
}

func unicodeStyle() *style {
	return &style{
		minus: "−", times: "·", plus: " + ", less: " − ", digits: asItIs, seen: asItIs, failed: inBrackets, floor: [2]string{"⌊", "⌋"}, name: greek,
		raise: func(base, exponent string, simple bool) string {
			if n, err := strconv.Atoi(exponent); err == nil && n >= 0 {
				return base + superscript(exponent)
			}
			return base + "^" + bracketUnless(simple, exponent, "(", ")")
		},
		open: "(", close: ")", function: called,
		running: func(from, to, factor string) string { return "Π_{j=" + from + "…" + to + "}(" + factor + ")" },
		total:   func(from, to, term string) string { return "Σ_{j=" + from + "…" + to + "}(" + term + ")" },
	}
}

func asciiStyle() *style {
	return &style{
		minus: "-", times: "*", plus: " + ", less: " - ", digits: asItIs, seen: asItIs, failed: inBrackets, floor: [2]string{"floor(", ")"}, name: asItIs,
		raise: func(base, exponent string, simple bool) string {
			return base + "^" + bracketUnless(simple, exponent, "(", ")")
		},
		open: "(", close: ")", function: called,
	}
}

func latexStyle() *style {
	return &style{
		minus: "-", times: " ", plus: " + ", less: " - ", digits: asItIs, seen: commands.Replace, failed: inBrackets, floor: [2]string{`\left\lfloor `, ` \right\rfloor`}, name: latexName,
		raise: func(base, exponent string, _ bool) string { return base + "^{" + exponent + "}" },
		over:  func(above, below string) string { return `\frac{` + above + "}{" + below + "}" },
		open:  `\left(`, close: `\right)`, function: func(name string, args ...string) string {
			return `\` + name + `\left(` + strings.Join(args, ", ") + `\right)`
		},
		running: func(from, to, factor string) string {
			return `\prod_{j=` + from + `}^{` + to + `}\left(` + factor + `\right)`
		},
		total: func(from, to, term string) string {
			return `\sum_{j=` + from + `}^{` + to + `}\left(` + term + `\right)`
		},
	}
}

func called(name string, args ...string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func asItIs(text string) string { return text }

func inBrackets(err error) string { return "(" + err.Error() + ")" }

func bracketUnless(simple bool, text, open, end string) string {
	if simple {
		return text
	}
	return open + text + end
}

func (s *style) bracket(text string) string { return s.open + text + s.close }

// number writes a constant.
func (s *style) number(n number) string {
	sign := ""
	if n.sign() < 0 {
		sign, n = s.minus, n.neg()
	}
	above, below, isFraction := strings.Cut(n.String(), "/")
	if !isFraction {
		return sign + s.digits(above)
	}
	return sign + s.quotient([]string{s.digits(above)}, []string{s.digits(below)})
}

// quotient writes a product over another; an empty one below is 1.
func (s *style) quotient(above, below []string) string {
	top := s.multiplied(above)
	if len(below) == 0 {
		return top
	}
	if s.over != nil {
		if inner, ok := strings.CutPrefix(top, s.open); ok && len(above) == 1 && strings.HasSuffix(inner, s.close) {
			top = strings.TrimSuffix(inner, s.close)
		}
		return s.over(top, s.multiplied(below))
	}
	if len(below) > 1 {
		return top + "/" + s.bracket(s.multiplied(below))
	}
	return top + "/" + below[0]
}

// multiplied joins factors with the sign of multiplication; TeX needs a dot between numbers.
func (s *style) multiplied(factors []string) string {
	out := factors[0]
	for _, f := range factors[1:] {
		sep := s.times
		if s.times == " " && endsInDigit(out) && beginsWithDigit(f) {
			sep = ` \cdot `
		}
		out += sep + f
	}
	return out
}

func endsInDigit(s string) bool     { c := s[len(s)-1]; return '0' <= c && c <= '9' }
func beginsWithDigit(s string) bool { return '0' <= s[0] && s[0] <= '9' }

// atom writes one atom; shift is taken off the exponent of a power. The same atom stands in many terms, so its text is kept.
func (s *style) atom(a *atom, shift int64) string {
	key := a.key + "<<" + strconv.FormatInt(shift, 10)
	text, ok := s.atoms[key]
	if !ok {
		if p, exponential := a.exponential(); exponential {
			text = s.power(p, shift)
		} else {
			text = a.write(s)
		}
		if s.atoms == nil {
			s.atoms = map[string]string{}
		}
		s.atoms[key] = text
	}
	return text
}

// power writes base^(exponent − shift).
func (s *style) power(p power, shift int64) string {
	base := s.number(p.base)
	if !p.base.isInt() || p.base.sign() < 0 {
		base = s.bracket(base)
	}
	exponent := p.exponent.Sub(Int(shift))
	text := s.best(exponent, 0)
	coef, f, ok := exponent.single()
	return s.raise(base, text, ok && f.power == 1 && coef.isOne() && exponent.constant().isZero())
}

// raised writes a power of a factor.
func (s *style) raised(text string, power int) string {
	if power == 1 {
		return text
	}
	return s.raise(text, s.digits(strconv.Itoa(power)), true)
}

// simpler reports whether text a reads more easily than b: it has fewer names, or as many and is shorter.
func (s *style) simpler(a, b string) bool {
	a, b = s.seen(a), s.seen(b)
	if x, y := names(a), names(b); x != y {
		return x < y
	}
	return utf8.RuneCountInString(a) < utf8.RuneCountInString(b)
}

// names counts the words in a text.
func names(text string) int {
	n, inside := 0, false
	for _, r := range text {
		letter := unicode.IsLetter(r)
		if letter && !inside {
			n++
		}
		inside = letter || inside && (unicode.IsDigit(r) || r == '_')
	}
	return n
}

// commands takes the parts of TeX away that a reader does not see.
var commands = strings.NewReplacer(`\left`, "", `\right`, "", `\frac`, "", "{", "", "}", "", `\lfloor `, "⌊", ` \rfloor`, "⌋")

func superscript(digits string) string {
	const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	runes := []rune(raised)
	var b strings.Builder
	for _, d := range digits {
		b.WriteRune(runes[d-'0'])
	}
	return b.String()
}

// alphabet pairs the names of Greek letters with the letters; nothing writes to it.
var alphabet = [...][2]string{
	{"alpha", "α"}, {"beta", "β"}, {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"}, {"zeta", "ζ"}, {"eta", "η"}, {"theta", "θ"},
	{"kappa", "κ"}, {"lambda", "λ"}, {"mu", "μ"}, {"nu", "ν"}, {"xi", "ξ"}, {"rho", "ρ"}, {"sigma", "σ"}, {"tau", "τ"},
	{"phi", "φ"}, {"chi", "χ"}, {"psi", "ψ"}, {"omega", "ω"}, {"Gamma", "Γ"}, {"Delta", "Δ"}, {"Theta", "Θ"},
	{"Lambda", "Λ"}, {"Sigma", "Σ"}, {"Phi", "Φ"}, {"Psi", "Ψ"}, {"Omega", "Ω"},
}

// greek writes theta as θ.
func greek(name string) string {
	for _, l := range alphabet {
		if l[0] == name {
			return l[1]
		}
	}
	return name
}

// spelled writes θ as theta.
func spelled(name string) string {
	if name[0] < utf8.RuneSelf {
		return name
	}
	for _, l := range alphabet {
		if l[1] == name {
			return l[0]
		}
	}
	return name
}

func latexName(name string) string {
	if greek(name) != name {
		return `\` + name
	}
	if utf8.RuneCountInString(name) == 1 {
		return name
	}
	if head, digits, is := indexed(name); is {
		return head + "_{" + digits + "}"
	}
	return `\mathrm{` + strings.ReplaceAll(name, "_", `\_`) + "}"
}

// indexed splits n1 into n and 1.
func indexed(name string) (head, digits string, is bool) {
	at := strings.IndexAny(name, "0123456789")
	if at < 0 {
		return name, "", false
	}
	head, digits = name[:at], name[at:]
	return head, digits, utf8.RuneCountInString(head) == 1 && !strings.Contains(digits, "_")
}
