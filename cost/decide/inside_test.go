package decide

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
)

// parsed reads intervals as 3-5 or 8-, which has no end.
func parsed(text string) []Interval {
	var out []Interval
	for _, one := range strings.Fields(text) {
		from, to, _ := strings.Cut(one, "-")
		var i Interval
		i.From, _ = new(big.Int).SetString(from, 10)
		if to != "" {
			i.To, _ = new(big.Int).SetString(to, 10)
		}
		out = append(out, i)
	}
	return out
}

func told(list []Interval) string {
	var out []string
	for _, i := range list {
		one := i.From.String() + "-"
		if i.To != nil {
			one += i.To.String()
		}
		out = append(out, one)
	}
	return strings.Join(out, " ")
}

func TestIntervals(t *testing.T) {
	for _, c := range [][3]string{
		{"1-5 8-", "3-9 12-20", "3-5 8-9 12-20"}, {"1-3", "4-6", ""}, {"1-3", "3-6", "3-3"}, {"1-", "2-", "2-"}, {"1-", "2-4 6-", "2-4 6-"}, {"1-4 6-9", "4-6", "4-4 6-6"}, {"1-5", "1-5", "1-5"}, {"", "1-", ""},
	} {
		assert.Equal(t, c[2], told(intersect(parsed(c[0]), parsed(c[1]))), "%s and %s", c[0], c[1])
		assert.Equal(t, c[2], told(intersect(parsed(c[1]), parsed(c[0]))), "%s and %s", c[1], c[0])
	}
	for _, c := range [][3]string{{"1-3", "4-6", "1-6"}, {"1-3", "5-6", "1-3 5-6"}, {"1-3", "4-", "1-"}, {"1-2 4-6", "7-7", "1-2 4-7"}, {"", "2-3", "2-3"}} {
		assert.Equal(t, c[2], told(joined(parsed(c[0]), parsed(c[1])[0])), "%s and then %s", c[0], c[1])
	}
}

func TestCourses(t *testing.T) {
	for signs, want := range map[string]Course{"": Stays, "0": Stays, "+": Rises, "++": Rises, "+0": NeverFalls, "0+": NeverFalls, "-": Falls, "-0-": NeverRises, "+-": Varies, "-0+": Varies, "0-+0": Varies} {
		var list []int
		for _, s := range signs {
			list = append(list, map[rune]int{'0': 0, '+': 1, '-': -1}[s])
		}
		assert.Equal(t, want, courseOf(list), signs)
	}
}

// TestTurns: what is shown of costs that turn back are three values in order, of which the middle one is the greatest or the least.
func TestTurns(t *testing.T) {
	for costs, want := range map[string]string{
		"1 3 2": "1 at 1, 3 at 2 and 2 at 3", "1 2 3 3 2 9": "2 at 2, 3 at 4 and 2 at 5", "3 3 1 2": "3 at 2, 1 at 3 and 2 at 4", "1 1 2 1/2": "1 at 2, 2 at 3 and 0.5000 at 4", "1 2 2 3": "", "5": "", "2 2": "",
	} {
		p := &prober{family: &Family{Symbol: "L"}, budget: Budget{Quantity: cost.Params}, costs: map[string]*big.Rat{}}
		for k, text := range strings.Fields(costs) {
			n := big.NewInt(int64(k + 1))
			p.order = append(p.order, n)
			p.costs[n.String()], _ = new(big.Rat).SetString(text)
		}
		err := p.monotone()
		if want == "" {
			assert.NoError(t, err, costs)
			continue
		}
		assert.EqualError(t, err, "params is not monotone in L: it is "+want, costs)
	}
}

func subject(t *testing.T, text string) cost.Subject {
	t.Helper()
	n, err := spec.Parse("net.yaml", []byte("name: net\n"+text))
	require.NoError(t, err, text)
	return cost.Subject{Name: "net", Network: n}
}

// TestExceeds: the layer with most of a cost that is exceeded, and of a peak the one whose tensor is the largest then.
func TestExceeds(t *testing.T) {
	const wide = "input: [3]\nsteps: [{linear: 4, as: a}, {linear: 5, as: b}, {relu: , as: e}]\n"
	const narrow = "input: [30]\nsteps: [{linear: 4, as: a}, {linear: 5, as: b}]\n"
	for _, c := range []struct{ file, budgets, want string }{
		{wide, "params=31", "params by 1: b has 20"}, {wide, "params=32", ""}, {wide, "macs=0,params=100", "macs by 32: b has 20"}, {wide, "inference_peak_bytes=1B", "inference_peak_bytes by 39: b has 20"},
		{narrow, "inference_peak_bytes=100B", "inference_peak_bytes by 36: input has 120"}, {wide, "params>=33", "params by 1:  has <nil>"}, {wide, "params>=32", ""},
	} {
		summary, err := cost.Summarize(subject(t, c.file), cost.Options{Quantities: cost.Quantities()})
		require.NoError(t, err)
		budgets, err := ParseBudgets(c.budgets)
		require.NoError(t, err, c.budgets)
		list, err := Exceeds(summary, budgets, cost.Options{})
		require.NoError(t, err)
		var out []string
		for _, e := range list {
			share := "<nil>"
			if e.Share != nil {
				share = e.Share.RatString()
			}
			out = append(out, fmt.Sprintf("%s by %s: %s has %s", e.Budget.Quantity, e.By().RatString(), e.Layer, share))
		}
		assert.Equal(t, c.want, strings.Join(out, ", "), c.budgets)
	}
}

// TestLayersThatArePaired: what came, went and changed between two networks, layers in order.
func TestLayersThatArePaired(t *testing.T) {
	const layers = "{linear: 8, as: a}, {relu: , as: b}, {linear: 4, as: e}"
	for name, c := range map[string]struct{ before, after, want string }{
		"the same under other names":                  {layers, "{linear: 8, as: x}, {relu: , as: y}, {linear: 4, as: z}", ""},
		"one more between":                            {layers, "{linear: 8, as: x}, {relu: , as: y}, {batchnorm: , as: n}, {linear: 4, as: z}", "+n"},
		"one less at the end":                         {layers, "{linear: 8, as: a}, {relu: , as: b}", "-e"},
		"one more in front":                           {layers, "{linear: 6, as: first}, " + layers, "a→a +first"},
		"another width":                               {layers, "{linear: 9, as: a}, {relu: , as: b}, {linear: 4, as: e}", "a→a b→b e→e"},
		"names that have moved weigh less than kinds": {"{relu: , as: a}, {sigmoid: , as: b}, linear: 4", "{relu: , as: b}, {sigmoid: , as: a}, linear: 4", ""},
		"a name weighs more than a kind":              {"{linear: 8, as: a}, {linear: 8, as: b}", "{linear: 8, as: b}", "-a"},
		"merges are paired":                           {"{linear: 8, as: a}, {add: [identity, [{linear: 8, as: b}]], as: m}", "{linear: 8, as: a}, {concat: [identity, [{linear: 8, as: b}]], as: n}", "m→n"},
	} {
		d, err := Diff(Side{Subject: subject(t, "input: [8]\nsteps: ["+c.before+"]\n")}, Side{Subject: subject(t, "input: [8]\nsteps: ["+c.after+"]\n")}, []cost.Quantity{cost.Params, cost.OutputElements})
		require.NoError(t, err)
		var out []string
		for l := range d.Layers.All {
			switch b, a := l.Before.Operation, l.After.Operation; {
			case b == nil:
				out = append(out, "+"+a.Name)
			case a == nil:
				out = append(out, "-"+b.Name)
			default:
				out = append(out, b.Name+"→"+a.Name)
			}
		}
		assert.Equal(t, c.want, strings.Join(out, " "), name)
	}
}
