package trace_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestConditionsOfFreeSymbols: dimensions are positive, so that N is never 2·N; of other numbers that is not known.
func TestConditionsOfFreeSymbols(t *testing.T) {
	for condition, want := range map[string]string{
		"c == 2*N": "tanh", "c > 2*N": "tanh", "2*N > c": "relu", "c == N": "relu", "c > N": "tanh", "c >= N": "relu", "2*c > 3*N": "tanh",
		"width(x) > N": "relu", "width(x) == N": "tanh", "width(x) == 3*c": "tanh", "extent(x) > L": "tanh", "extent(x) == 2*L": "tanh", "N + 1 > N": "relu",
		"c > -N": "depends on N, which is free", "c == -N": "depends on N, which is free", "N > 0": "depends on N, which is free",
		"2*N > N": "depends on N, which is free", "c*N > N": "depends on N, which is free", "c > L": "depends on L and N, which are free",
	} {
		n := network(t, "symbols: {N: 8, L: 4}\ninput: [N, L]\nsteps:\n  - {linear: 2*N, as: x}\n  - {from: input, if: \""+condition+"\", then: [relu], else: [tanh]}\n")
		resolved, err := trace.Resolve(n, trace.Options{Free: []string{"N", "L"}})
		if err != nil {
			assert.ErrorContains(t, err, want, condition)
			continue
		}
		assert.Equal(t, want, resolved.Output.Producer.Kind.Name, condition)
	}
}

// TestShrinking: what gets less from one iteration to the next and is not known to be at least 1 in the last.
func TestShrinking(t *testing.T) {
	for steps, want := range map[string]string{
		"linear: c - 2":                                           "N − 2·L",
		"linear: c - 2, linear: c - 1":                            "N − 3·L + 1, N − 3·L",
		"linear: c + 2":                                           "",
		"linear: N":                                               "",
		"linear: L - i, linear: N":                                "", // 1 in the last
		"linear: 2*L - 2*i, linear: N":                            "",
		"linear: N - i, linear: N":                                "N − L + 1",
		"linear: N - L*i, linear: N":                              "", // whether that gets less is not known
		"linear: N - i, linear: N - i":                            "N − L + 1",
		"linear: N*L - N*i, linear: N":                            "",
		"linear: 5 - i, linear: 6 + i":                            "6 − L",
		"linear: N + 5 - i, linear: 2":                            "N − L + 6",
		"linear: N + L - 2 - i, linear: 2":                        "N−1",
		"linear: N + L - i, linear: 2":                            "",
		"linear: N - 2*i, concat: [[linear: i + 1], [linear: 2]]": "N − 2·L + 2",
	} {
		n := network(t, "symbols: {N: 80, L: 4}\ninput: [N]\nsteps:\n  - linear: 80\n  - linear: N\n  - repeat: {times: L, steps: ["+steps+"]}\n")
		resolved, err := trace.Resolve(n, trace.Options{Free: []string{"N", "L"}})
		require.NoError(t, err, steps)
		got := ""
		for k, e := range resolved.Shrinking() {
			if k > 0 {
				got += ", "
			}
			got += e.Text()
		}
		assert.Equal(t, want, got, steps)
	}
}

// TestNamesThatNothingHas are in networks that no file was read from.
func TestNamesThatNothingHas(t *testing.T) {
	of := func(text string) arch.Expression {
		e, err := symbolic.Parse(text)
		require.NoError(t, err)
		return arch.Expression{Expr: e}
	}
	relu := arch.Step{Do: &arch.Layer{Kind: arch.KindByName("relu")}}
	linear := func(out string) arch.Step {
		return arch.Step{Do: &arch.Layer{Kind: arch.KindByName("linear"), Args: map[string]arch.Argument{"out": {Values: []arch.Expression{of(out)}}}}}
	}
	for want, n := range map[string]*arch.Network{
		`unknown name "M"`:                          {Input: []arch.Expression{of("M")}, Steps: []arch.Step{relu}},
		`unknown name "S"`:                          {Input: []arch.Expression{of("4")}, Samples: of("S"), Steps: []arch.Step{relu}},
		"samples is 0, but must be at least 1":      {Symbols: []arch.Symbol{{Name: "N", Default: of("0")}}, Input: []arch.Expression{of("4")}, Samples: of("N"), Steps: []arch.Step{relu}},
		`unknown name "M" in the default of N`:      {Symbols: []arch.Symbol{{Name: "N", Default: of("M + 1")}}, Input: []arch.Expression{of("N")}, Steps: []arch.Step{relu}},
		"input needs a width and at most 3 extents": {Input: []arch.Expression{of("1"), of("2"), of("3"), of("4"), of("5")}, Steps: []arch.Step{relu}},
		"linear: out is 1/2, not a whole number":    {Input: []arch.Expression{of("4")}, Steps: []arch.Step{linear("1/2")}},
		"a step without an action":                  {Input: []arch.Expression{of("4")}, Steps: []arch.Step{{}}},
		`linear: unknown initialisation "cubic"`: {Input: []arch.Expression{of("4")}, Steps: []arch.Step{{Do: &arch.Layer{
			Kind: arch.KindByName("linear"), Args: map[string]arch.Argument{"out": {Values: []arch.Expression{of("3")}}, "init": {Word: "cubic"}},
		}}}},
		// Open symbols of a file, which are 1 unless bound, are a hint.
		"N is open in the file and 1 unless bound, as in --set N=2": {
			Symbols: []arch.Symbol{{Name: "N", Default: of("1"), Dynamic: true}, {Name: "M", Default: of("1")}},
			Input:   []arch.Expression{of("N"), of("M")}, Steps: []arch.Step{linear("N/2")},
		},
		"N is open in the file and 1 unless bound\n": {
			Symbols: []arch.Symbol{{Name: "N", Default: of("1"), Dynamic: true}},
			Input:   []arch.Expression{of("N")}, Steps: []arch.Step{linear("1/2")},
		},
		"N, M, K are open in the file and 1 unless bound, as in --set N=9,K=9": {
			Symbols: []arch.Symbol{{Name: "N", Default: of("1"), Dynamic: true}, {Name: "M", Default: of("1"), Dynamic: true}, {Name: "K", Default: of("1"), Dynamic: true}},
			Input:   []arch.Expression{of("N"), of("M")}, Steps: []arch.Step{linear("N - 8"), linear("(K - 1)/4")},
		},
		"N, M are open in the file and 1 unless bound, as in --set N=2": {
			Symbols: []arch.Symbol{{Name: "N", Default: of("1"), Dynamic: true}, {Name: "M", Default: of("1"), Dynamic: true}},
			Input:   []arch.Expression{of("N"), of("M")}, Steps: []arch.Step{linear("N/2")},
		},
	} {
		list := problems(t, n, trace.Options{})
		assert.Len(t, list, 1, want)
		assert.Contains(t, list[0].Message+" "+list[0].Hint+"\n", want)
	}
}

// TestAssumptions: what must hold of free symbols for the network to be one, and the same one.
func TestAssumptions(t *testing.T) {
	for yaml, want := range map[string]string{
		"input: [8]\nsteps: [{linear: n, as: x}, linear: 8, linear: {out: 8, shared: x}]":                    "8 = n",
		"input: [m]\nsteps: [{linear: n, as: x}, linear: m, linear: {out: n, shared: x}]":                    "",
		"input: [8]\nsteps: [repeat: {times: m, steps: [linear: n]}, add: [identity, [linear: 8]]]":          "m ≥ 1; n = 8",
		"input: [8]\nsteps: [repeat: {times: m, steps: [linear: n/2]}, add: [identity, [linear: m]]]":        "n/2 is a whole number; m ≥ 1; n/2 = m",
		"input: [8]\nsteps: [repeat: {times: m - 2, steps: [linear: n - i]}]":                                "m−2 ≥ 1",
		"input: [8]\nsteps: [linear: n/2, linear: m, linear: n/2, linear: n - 3]":                            "n/2 is a whole number",
		"input: [n, m]\nsteps: [maxpool: 2, upsample: 2, crop: 1]":                                           "",
		"input: [n, m]\nsteps: [add: [identity, [maxpool: 2, upsample: 2]]]":                                 "m = 2·⌊(m+1)/2⌋",
		"input: [n, 4]\nsteps: [attention: {heads: m, kv_heads: 2}]":                                         "n/m is a whole number; m/2 is a whole number",
		"input: [n, 4]\nsteps: [conv: {out: n, kernel: 1, groups: n}, groupnorm: n]":                         "",
		"input: [n, 4]\nsteps: [groupnorm: 4, conv: {out: 6*m, kernel: 1, groups: 4}, shuffle: 2]":           "n/4 is a whole number; 3·m/2 is a whole number",
		"input: [n, 4]\nsteps: [groupnorm: 2, groupnorm: 8, groupnorm: 4]":                                   "n/8 is a whole number",
		"input: [8, 4]\nsteps: [repeat: {times: n, steps: [concat: [identity, [groupnorm: 4, linear: m]]]}]": "m/4 is a whole number",
		"input: [8, 4]\nsteps: [repeat: {times: n, steps: [linear: 4*m + 4*i, groupnorm: 8]}]":               "n ≥ 1; m/2 is a whole number; (m+1)/2 is a whole number; (n−1)/2 is a whole number",
		"input: [8, 4]\nsteps: [repeat: {times: n, steps: [linear: 8 + m*i/2]}]":                             "n ≥ 1; m/2 is a whole number",
		"input: [8, 4]\nsteps: [repeat: {times: n, steps: [linear: c + m, slice: {count: 4, start: 8}]}]":    "n ≥ 1; m+8 ≥ 12; m+4 ≥ 12",
		"input: [n, 4, 4]\nsteps: [reshape: [n/4, 8, 8], slice: m]":                                          "n/4 is a whole number; n/4 ≥ m",
		"input: [n, 4]\nsteps: [zero_pad: m, reshape: [m, 2, 2], take: [8, 2, 2]]":                           "m ≥ n; 4·m ≥ 32",
		"input: [n, 4]\nsteps: [reshape: [8, 4]]":                                                            "4·n = 32",
		"input: [n, 4]\nsteps: [{experts: {count: 8, active: m, hidden: 4}}, gru: {out: 4, directions: n}]":  "8 ≥ m; 2 ≥ n",
		"input: [n, 4]\nsteps: [embedding: {vocab: 8, out: 4}, mamba2: {state: 4, inner: m, heads: 2}]":      "n = 1; m/2 is a whole number",
		"input: [n, m]\nsteps: [couple: [relu, relu]]":                                                       "n/2 is a whole number",
		"input: [m]\nsteps: [{linear: n, as: x}, linear: 8, linear: {out: 8, shared: x}]":                    "8×8 weights do not fit the n×m of layer x",
		"input: [8]\nsteps: [{linear: n, as: x}, linear: {out: 9, shared: x}]":                               "9×n weights do not fit the n×8 of layer x",
	} {
		resolved, err := trace.Resolve(network(t, "symbols: {n: 8, m: 8}\n"+yaml+"\n"), trace.Options{Free: []string{"n", "m"}})
		if err != nil {
			assert.ErrorContains(t, err, want, yaml)
			continue
		}
		var got []string
		for _, a := range resolved.Assumptions {
			got = append(got, a.Text)
		}
		assert.Equal(t, want, strings.Join(got, "; "), yaml)
	}
}

// TestAssumptionsHold: of numbers they are true or not, and where not all symbols have values they may be known to be false.
func TestAssumptionsHold(t *testing.T) {
	n, m := symbolic.Symbol("n"), symbolic.Symbol("m")
	half := trace.Assumption{About: n.Div(symbolic.Int(2)), Is: arch.Whole}
	equal := trace.Assumption{About: n.Sub(m), Is: arch.Zero}
	least := trace.Assumption{About: n.Sub(m), Is: arch.NotNegative}
	for _, c := range []struct {
		n, m               int64
		half, equal, least bool
	}{{4, 4, true, true, true}, {5, 4, false, false, true}, {2, 3, true, false, false}} {
		at := symbolic.Bindings{"n": symbolic.Int(c.n), "m": symbolic.Int(c.m)}
		assert.Equal(t, []bool{c.half, c.equal, c.least}, []bool{half.Holds(at), equal.Holds(at), least.Holds(at)})
		assert.Equal(t, []bool{!c.half, !c.equal, !c.least}, []bool{half.Fails(at), equal.Fails(at), least.Fails(at)})
		delete(at, "m")
		assert.Equal(t, []bool{!c.half, false, false}, []bool{half.Fails(at), equal.Fails(at), least.Fails(at)})
		assert.False(t, least.Holds(at))
	}
}
