package symbolic

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is a text that is no expression, with the place where that shows.
type SyntaxError struct {
	Offset  int // in bytes
	Message string
	Hint    string // what to write instead; may be empty
}

// Error is the message alone: callers that quote the text show the place and the hint.
func (e *SyntaxError) Error() string { return e.Message }

// Parse reads an expression: + − * / ^ and brackets, whole numbers and decimals, names and [Functions]. The names in fractions
// are symbols that may be any rational number. The error is *SyntaxError.
func Parse(text string, fractions ...string) (Expr, error) {
	return ParseWithin(NewBudget(), text, fractions...)
}

// ParseWithin is Parse on a budget that several texts share: it takes the products and sums of terms that multiplying out
// takes from the work that is left.
func ParseWithin(budget *Budget, text string, fractions ...string) (Expr, error) {
	if len(text) > MaxLength {
		return Expr{}, &SyntaxError{Message: fmt.Sprintf("the expression is longer than %d bytes", MaxLength)}
	}
	p := &parser{text: text, fractions: fractions, budget: budget}
	p.next()
	e := p.sum(0)
	if p.err == nil && p.kind != endToken {
		p.unexpected()
	}
	if p.err != nil {
		return Expr{}, p.err
	}
	return e, nil
}

type tokenKind int

const (
	endToken tokenKind = iota
	numberToken
	nameToken
	signToken
)

type parser struct {
	text      string
	fractions []string
	budget    *Budget
	at        int // behind the current token
	start     int // of the current token
	kind      tokenKind
	token     string
	err       *SyntaxError
}

func (p *parser) fail(offset int, hint, format string, args ...any) Expr {
	if p.err == nil {
		p.err = &SyntaxError{Offset: offset, Message: fmt.Sprintf(format, args...), Hint: hint}
		p.kind = endToken
		p.at = len(p.text)
	}
	return Expr{}
}

func (p *parser) unexpected() Expr {
	if p.kind == endToken {
		if strings.TrimSpace(p.text) == "" {
			return p.fail(p.start, "", "an expression is missing")
		}
		return p.fail(p.start, "", "the expression ends too early")
	}
	hint := ""
	switch {
	case p.token == "," && len(p.text) > p.at && p.text[p.at] >= '0' && p.text[p.at] <= '9':
		hint = "digits stand together, as in 1000"
	case p.token == "/" && p.start > 0 && p.text[p.start-1] == '/':
		hint = "write floor(a/b)"
	}
	return p.fail(p.start, hint, "unexpected %q", p.token)
}

// aliases are signs that Text prints.
var aliases = strings.NewReplacer("−", "-", "·", "*", "×", "*")

// next reads the next token.
func (p *parser) next() {
	if p.err != nil {
		return
	}
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	p.start = p.at
	if p.at == len(p.text) {
		p.kind, p.token = endToken, ""
		return
	}
	r, size := utf8.DecodeRuneInString(p.text[p.at:])
	switch {
	case r >= '0' && r <= '9':
		p.number()
	case r == '_' || unicode.IsLetter(r):
		for p.at < len(p.text) {
			r, size := utf8.DecodeRuneInString(p.text[p.at:])
			if r != '_' && !unicode.IsLetter(r) && (r < '0' || r > '9') {
				break
			}
			p.at += size
		}
		p.kind, p.token = nameToken, spelled(p.text[p.start:p.at])
	case strings.ContainsRune("+-*/^(),−·×⌊⌋⌈⌉", r):
		p.at += size
		p.kind, p.token = signToken, aliases.Replace(string(r))
		if p.token == "*" && strings.HasPrefix(p.text[p.at:], "*") {
			p.fail(p.start, "powers are written with ^", "unexpected \"**\"")
		}
	default:
		p.fail(p.start, signHint(r), "unexpected character %q", r)
	}
}

func (p *parser) number() {
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	p.decimals()
	p.kind, p.token = numberToken, p.text[p.start:p.at]
	if len(p.token) > MaxDigits {
		p.fail(p.start, "", "the number has more than %d digits", MaxDigits)
		return
	}
	if p.at == len(p.text) {
		return
	}
	rest := p.text[p.at:]
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '.':
		p.fail(p.at, "", "a number ends in a point")
	case (r == 'e' || r == 'E') && len(rest) > 1 && (rest[1] >= '0' && rest[1] <= '9'):
		p.fail(p.at, exponentHint(p.token, rest[1:]), "numbers are written out")
	case r == '_' && strings.Trim(rest, "_0123456789") == "":
		p.fail(p.at, "write "+p.token+strings.ReplaceAll(rest, "_", ""), "digits stand together")
	case r == 'x' && p.token == "0":
		p.fail(p.at, "", "numbers have digits from 0 to 9")
	case r == '_' || unicode.IsLetter(r):
		p.fail(p.at, fmt.Sprintf("write %s*%s", p.token, firstWord(rest)), "a sign is missing between %s and %s", p.token, firstWord(rest))
	}
}

func firstWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return s
	}
	return s[:end]
}

// decimals reads a point and what follows it: 1.4 is the fraction 7/5.
func (p *parser) decimals() {
	end := p.at + 1
	for end < len(p.text) && p.text[end] >= '0' && p.text[end] <= '9' {
		end++
	}
	if end > p.at+1 && p.text[p.at] == '.' {
		p.at = end
	}
}

// exponentHint writes 1e3 as 1000, and a longer number as a power.
func exponentHint(mantissa, rest string) string {
	exponent := firstWord(rest)
	if zeros, err := strconv.Atoi(exponent); err == nil && zeros <= 18 && !strings.Contains(mantissa, ".") {
		return "write " + mantissa + strings.Repeat("0", zeros)
	}
	return fmt.Sprintf("write %s*10^%s", mantissa, exponent)
}

func (p *parser) accept(token string) bool {
	if p.kind == signToken && p.token == token {
		p.next()
		return true
	}
	return false
}

// checked turns the error that an expression carries into a syntax error at the sign of the operation.
func (p *parser) checked(offset int, e Expr) Expr {
	if p.err == nil && e.Err() != nil {
		return p.fail(offset, "", "%s", e.Err())
	}
	return e
}

// applied is an operation on two sums, which spends the products of their terms from the budget.
func (p *parser) applied(offset int, a, b Expr, operation func(a, b Expr) Expr) Expr {
	p.spend(offset, (1+len(a.terms()))*(1+len(b.terms())))
	if p.err != nil {
		return Expr{}
	}
	return p.checked(offset, operation(a, b))
}

func (p *parser) spend(offset, work int) {
	if !p.budget.Spend(Products, work) {
		p.fail(offset, "", "multiplying out takes %s, in all expressions together", p.budget.Beyond(Products))
	}
}

func (p *parser) sum(depth int) Expr {
	if depth > MaxDepth {
		return p.fail(p.start, "", "brackets nest more than %d deep", MaxDepth)
	}
	e := p.product(depth)
	for p.err == nil {
		at := p.start
		switch {
		case p.accept("+"):
			e = p.applied(at, e, p.product(depth), Expr.Add)
		case p.accept("-"):
			e = p.applied(at, e, p.product(depth), Expr.Sub)
		default:
			return e
		}
	}
	return e
}

// signHint says what to write in place of a sign that expressions do not have.
func signHint(r rune) string {
	switch r {
	case '%':
		return "write a - b*floor(a/b)"
	case ';':
		return "a comma stands between arguments"
	case '=', '<', '>', '!', '?', '&', '|':
		return "an expression is a number, and compares none: min and max choose the lesser and the greater, and if chooses among steps"
	}
	return ""
}

func (p *parser) product(depth int) Expr {
	e := p.unary(depth)
	for p.err == nil {
		at := p.start
		switch {
		case p.accept("*"):
			e = p.applied(at, e, p.unary(depth), Expr.Mul)
		case p.accept("/"):
			e = p.applied(at, e, p.unary(depth), Expr.Div)
		case p.kind == nameToken || p.kind == numberToken || p.kind == signToken && p.token == "(":
			return p.fail(p.start, "write * between factors", "a sign is missing before %q", p.token)
		default:
			return e
		}
	}
	return e
}

func (p *parser) unary(depth int) Expr {
	negative := false
	for p.err == nil {
		if p.accept("-") {
			negative = !negative
		} else if !p.accept("+") {
			break
		}
	}
	e := p.power(depth)
	if negative {
		return e.Neg()
	}
	return e
}

func (p *parser) power(depth int) Expr {
	base := p.primary(depth)
	at := p.start
	if !p.accept("^") {
		return base
	}
	if depth > MaxDepth {
		return p.fail(at, "", "powers nest more than %d deep", MaxDepth)
	}
	negative := p.accept("-")
	exponent := p.power(depth + 1)
	if negative {
		exponent = exponent.Neg()
	}
	e := p.checked(at, base.Pow(exponent))
	// The last of the squarings that make a power multiplies sums of about a quarter of its terms.
	n := len(e.terms()) / 4
	p.spend(at, n*n)
	return e
}

func (p *parser) primary(depth int) Expr {
	at, token := p.start, p.token
	switch {
	case p.kind == numberToken:
		p.next()
		n, _ := new(big.Rat).SetString(token)
		return p.checked(at, BigRat(n))
	case p.kind == nameToken:
		p.next()
		if p.kind == signToken && p.token == "(" {
			if slices.Contains(MeasureNames(), token) {
				return p.measure(token)
			}
			return p.call(at, token, depth)
		}
		if _, ok := functionNamed(token); ok {
			return p.fail(at, fmt.Sprintf("write %s(…)", token), "%s is a function", token)
		}
		if slices.Contains(p.fractions, token) {
			return Fraction(token)
		}
		return Symbol(token)
	case p.accept("("):
		e := p.sum(depth + 1)
		p.closing(")", at)
		return e
	case p.accept("⌊"):
		e := p.sum(depth + 1)
		p.closing("⌋", at)
		return p.checked(at, e.Floor())
	case p.accept("⌈"):
		e := p.sum(depth + 1)
		p.closing("⌉", at)
		return p.checked(at, e.Ceil())
	}
	return p.unexpected()
}

func (p *parser) closing(bracket string, open int) {
	if p.err == nil && !p.accept(bracket) {
		if p.kind == endToken {
			p.fail(open, "", "the bracket is not closed")
			return
		}
		p.unexpected()
	}
}

// call reads a function and its arguments.
func (p *parser) call(at int, name string, depth int) Expr {
	f, ok := functionNamed(name)
	if !ok {
		return p.fail(at, "functions are "+enumerated(FunctionNames())+"; a product needs *", "there is no function %q", name)
	}
	open := p.start
	p.next()
	args := []Expr{p.sum(depth + 1)}
	for p.accept(",") {
		args = append(args, p.sum(depth+1))
	}
	p.closing(")", open)
	switch {
	case p.err != nil:
		return Expr{}
	case f.takes == 1 && len(args) != 1:
		return p.fail(at, "", "%s takes one argument, not %d", name, len(args))
	case f.takes > 1 && len(args) != f.takes:
		return p.fail(at, "", "%s takes %d arguments, not %d", name, f.takes, len(args))
	}
	return p.checked(at, f.of(args))
}

// enumerated is a list for a sentence: a, b and c.
func enumerated(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
