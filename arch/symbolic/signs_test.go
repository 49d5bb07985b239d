package symbolic_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// written is stretches as text: "1…2 0, 3… +".
func written(list []symbolic.Stretch) string {
	var parts []string
	for _, s := range list {
		text := s.From.String() + "…"
		if s.To != nil && s.To.Cmp(s.From) == 0 {
			text = s.From.String()
		} else if s.To != nil {
			text += s.To.String()
		}
		parts = append(parts, text+" "+string("-0+"[s.Sign+1]))
	}
	return strings.Join(parts, ", ")
}

func TestSigns(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0", "1… 0"},
		{"3", "1… +"},
		{"x - 5", "1…4 -, 5 0, 6… +"},
		{"5 - x", "1…4 +, 5 0, 6… -"},
		{"(x-1)*(x-2)", "1…2 0, 3… +"},
		{"12*(x-1)*(100 + 6*(x-2)) - 10000*(x-1)", "1 0, 2…124 -, 125… +"}, // densenet against add
		{"(x-3)*(x-7)*(x-8)*(x-1000000000000)", "1…2 +, 3 0, 4…6 -, 7…8 0, 9…999999999999 -, 1000000000000 0, 1000000000001… +"},
		{"(2*x - 7)*(2*x - 9)", "1…3 +, 4 -, 5… +"},
		{"(x-5)^2", "1…4 +, 5 0, 6… +"},
		{"2^x - 100*x^2", "1…14 -, 15… +"},
		{"x^2 - 2^x", "1 -, 2 0, 3 +, 4 0, 5… -"},
		{"4^x - 5*2^x + 4", "1 -, 2 0, 3… +"},
		{"(1/2)^x - 1/1000", "1…9 +, 10… -"},
		{"floor(x/2) - 3", "1…5 -, 6…7 0, 8… +"},
		{"x*floor(x/2) - 40", "1…9 -, 10… +"},
		{"7*floor(x/3) - 2*x", "1…2 -, 3 +, 4…5 -, 6 +, 7 0, 8 -, 9…10 +, 11 -, 12…13 +, 14 0, 15… +"},
		{"1/(x+1) - 1/10", "1…8 +, 9 0, 10… -"},
		{"x/2 + 8/x - 5", "1 +, 2 0, 3…7 -, 8 0, 9… +"},
		{"10^30*x - x^2", "1…999999999999999999999999999999 +, 1000000000000000000000000000000 0, 1000000000000000000000000000001… -"},
	} {
		e, err := symbolic.Parse(c.text)
		require.NoError(t, err)
		got, err := e.Signs("x", big.NewInt(1))
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, written(got), c.text)
	}
}

func TestSignsThatAreNotFound(t *testing.T) {
	for text, want := range map[string]error{
		"x - 2*floor(x/2)": symbolic.ErrAlternates,
		"max(x, 5) - y":    symbolic.ErrNoSigns,
		"x*y":              symbolic.ErrNoSigns,
		"1/(x-3)":          symbolic.ErrNoSigns,
		"floor(x/2003)":    symbolic.ErrNoSigns,
		"floor(2^x/3) - 7": symbolic.ErrNoSigns,
	} {
		e, err := symbolic.Parse(text)
		require.NoError(t, err)
		_, err = e.Signs("x", big.NewInt(1))
		assert.ErrorIs(t, err, want, text)
	}
	far, err := symbolic.Parse("2^x - x^2 - 2^(x-1)*2 - 1 + 10^2000*x - x^3 + (1000001/1000000)^x")
	require.NoError(t, err)
	_, err = far.Signs("x", big.NewInt(1))
	var large *symbolic.TooLargeError
	assert.ErrorAs(t, err, &large, "the last change is beyond 10^1000, where powers have too many digits")
}

// TestSignsAreThoseOfTheValues compares with every value up to 60, over polynomials, powers and roundings.
func TestSignsAreThoseOfTheValues(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 1))
	found := 0
	for range 400 {
		var parts []string
		for range 1 + r.IntN(4) {
			part := fmt.Sprintf("(%d)/%d*x^%d", r.IntN(4001)-2000, 1+r.IntN(6), r.IntN(4))
			switch r.IntN(5) {
			case 0:
				part += fmt.Sprintf("*(%d/2)^x", 1+r.IntN(6))
			case 1:
				part += fmt.Sprintf("*floor((x+%d)/%d)", r.IntN(5), 2+r.IntN(3))
			}
			parts = append(parts, part)
		}
		text := strings.Join(parts, " + ")
		e, err := symbolic.Parse(text)
		require.NoError(t, err)
		from := int64(r.IntN(3))
		list, err := e.Signs("x", big.NewInt(from))
		if err != nil {
			require.ErrorIs(t, err, symbolic.ErrAlternates, text)
			continue
		}
		found++
		at := 0
		for x := from; x <= 60; x++ {
			for list[at].To != nil && list[at].To.Cmp(big.NewInt(x)) < 0 {
				at++
			}
			v, err := e.Evaluate(symbolic.Bindings{"x": symbolic.Int(x)})
			require.NoError(t, err)
			require.Equal(t, v.Sign(), list[at].Sign, "%s at %d: %s", text, x, written(list))
		}
	}
	require.Greater(t, found, 300)
}

func TestAsymptote(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"x/2", "x/2"}, {"(x-1)*x/2", "x^2/2"}, {"5", "5"}, {"0", "0"},
		{"(72*x + 1056)/10000", "9*x/1250"}, {"(x+3)/(2*x+1)", "1/2"}, {"1/(x+1)", "1/x"},
		{"(4^x - 1)/3", "4^x/3"}, {"x*2^x - 3*x^2", "x*2^x"}, {"floor(x/2)/x", "1/2"}, {"50*x/(103*x + 6)", "50/103"},
	} {
		e, err := symbolic.Parse(c.text)
		require.NoError(t, err)
		got, ok := e.Asymptote("x")
		require.True(t, ok, c.text)
		assert.Equal(t, c.want, got.ASCII(), c.text)
	}
	for _, text := range []string{"x*y", "max(x, 3)", "x - 2*floor(x/2)"} {
		e, err := symbolic.Parse(text)
		require.NoError(t, err)
		_, ok := e.Asymptote("x")
		assert.False(t, ok, text)
	}
}
