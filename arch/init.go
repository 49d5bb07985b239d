package arch

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Init says how large the weights of a layer are at initialisation. The zero value says nothing.
type Init struct {
	Name string
	Doc  string
	gain func(in, out symbolic.Expr) symbolic.Expr // of fan-in and fan-out
}

// Gain is the variance of a weight times the fan-in: the factor of the second moment.
func (i Init) Gain(in, out symbolic.Expr) symbolic.Expr { return i.gain(in, out) }

// IsZero reports whether the initialisation says nothing.
func (i Init) IsZero() bool { return i.gain == nil }

// KindInit is the initialisation of the layers of a kind, as a network says it: conv is for all numbers of axes, and no kind
// for all weight layers.
type KindInit struct {
	Kind *Kind
	Init Init
}

// InitOf is the initialisation that a network gives to the layers of a kind, zero if it gives none; ofKind says whether it
// names this kind.
func (n *Network) InitOf(kind *Kind) (init Init, ofKind bool) {
	for _, k := range n.Inits {
		switch {
		case k.Kind == nil:
			init = k.Init
		case k.Kind.standsFor(kind):
			return k.Init, true
		}
	}
	return init, false
}

// Initially is the name of the parameter of weight layers that says how large their weights are at initialisation.
const Initially = "init"

func initParameter() Parameter {
	return Parameter{
		Name: Initially, Type: Initial,
		Doc: "weights at first, if not as the network says: he, lecun, xavier, torch, he-out, std and a deviation, or a gain",
	}
}

// Init is the initialisation that a layer itself gives to its weights; zero if it gives none.
func (a Args) Init() Init {
	given := a.Word(Initially)
	if given == "" {
		return Init{}
	}
	init, err := ParseInit(given)
	if err != nil { // a given one has been parsed before
		return Init{}
	}
	return init
}

// Inits lists the initialisations that have a name.
func Inits() []Init {
	two := symbolic.Int(2)
	of := func(g symbolic.Expr) func(in, out symbolic.Expr) symbolic.Expr {
		return func(symbolic.Expr, symbolic.Expr) symbolic.Expr { return g }
	}
	return []Init{
		{"he", "variance 2/fan-in, gain 2 (He et al. 2015, arXiv:1502.01852, equation 10)", of(two)},
		{"lecun", "variance 1/fan-in, gain 1 (LeCun et al. 1998, Efficient BackProp, section 4.6)", of(symbolic.Int(1))},
		{"xavier", "variance 2/(fan-in + fan-out), gain 2·in/(in + out) (Glorot & Bengio 2010, equation 16)", func(in, out symbolic.Expr) symbolic.Expr { return two.Mul(in).Div(in.Add(out)) }},
		{"torch", "uniform, variance 1/(3·fan-in), gain 1/3: the default of nn.Linear and nn.Conv2d", of(symbolic.Rat(1, 3))},
		{"he-out", "variance 2/fan-out, gain 2·in/out (He et al. 2015, equation 14; torchvision's ResNet)", func(in, out symbolic.Expr) symbolic.Expr { return two.Mul(in).Div(out) }},
	}
}

// deviation begins an initialisation that says the standard deviation of a weight.
const deviation = "std "

// rational reads a fraction or a decimal, without an exponent that could make it long.
func rational(text string) (*big.Rat, bool) {
	if len(text) > maxNumber || strings.Trim(text, "0123456789./") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// maxNumber is how long the number of an initialisation may be.
const maxNumber = 40

// ParseInit reads an initialisation: its name, "std 0.01" for a standard deviation, or a number above 0 for the gain.
func ParseInit(text string) (Init, error) {
	var names []string
	for _, i := range Inits() {
		if i.Name == text {
			return i, nil
		}
		names = append(names, i.Name)
	}
	number, isDeviation := strings.CutPrefix(text, deviation)
	if r, ok := rational(number); ok && r.Sign() > 0 {
		e := symbolic.BigRat(r)
		return Init{Name: text, gain: func(in, _ symbolic.Expr) symbolic.Expr {
			if isDeviation {
				return in.Mul(e).Mul(e)
			}
			return e
		}}, nil
	}
	if near := choose.Nearest(text, names); near != "" {
		return Init{}, fmt.Errorf("unknown initialisation %q, did you mean %s?", text, near)
	}
	return Init{}, fmt.Errorf("unknown initialisation %q: it is %s, std and a deviation, or a gain above 0", text, strings.Join(names, ", "))
}
