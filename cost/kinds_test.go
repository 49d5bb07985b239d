package cost_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// sampleOf is a network of one operation of a kind, with the least that it must be told and no bias.
func sampleOf(t *testing.T, k *arch.Kind) *trace.Trace {
	t.Helper()
	number := func(n int64) arch.Expression { return arch.Expression{Expr: symbolic.Int(n)} }
	args := map[string]arch.Argument{}
	for _, p := range k.Parameters {
		switch {
		case p.Name == "bias":
			args[p.Name] = arch.Argument{Values: []arch.Expression{number(0)}}
		case p.Required && p.Type == arch.Dims:
			args[p.Name] = arch.Argument{Values: []arch.Expression{number(4), number(4)}}
		case p.Name == "groups":
			args[p.Name] = arch.Argument{Values: []arch.Expression{number(2)}}
		case p.Required && p.Type.PerAxis():
			args[p.Name] = arch.Argument{Values: []arch.Expression{number(1)}}
		case p.Required:
			args[p.Name] = arch.Argument{Values: []arch.Expression{number(2)}}
		}
	}
	if _, pads := k.Parameter("out"); pads && k.Pads {
		args["out"] = arch.Argument{Values: []arch.Expression{number(9)}}
	}
	step := arch.Step{Do: &arch.Layer{Kind: k, Args: args}}
	if k.Merge {
		step.Do = &arch.Merge{Op: arch.MergeOp(k.Name), Paths: make([]arch.Path, max(2, k.Operands)), Args: args}
	}
	var err error
	for _, width := range []int64{4, 1} { // a table is looked up by a width of 1
		for axes := k.Axes.Min; axes <= k.Axes.Max; axes++ {
			n := &arch.Network{Name: k.Name, Input: []arch.Expression{number(width)}, Steps: []arch.Step{step}}
			for range axes {
				n.Input = append(n.Input, number(4))
			}
			var resolved *trace.Trace
			if resolved, err = trace.Resolve(n, trace.Options{}); err == nil {
				return resolved
			}
		}
	}
	require.NoError(t, err, k.Name)
	return nil
}

// TestEveryKindIsPriced walks the kinds: each has a rule, whose formulas are numbers in every quantity once a network is, and
// whose weights are those that the kind says it learns.
func TestEveryKindIsPriced(t *testing.T) {
	for _, k := range arch.Kinds() {
		rule, err := cost.RuleOf(k.Name)
		if !assert.NoError(t, err, "a kind without a rule") {
			continue
		}
		assert.NotEmpty(t, k.Doc, k.Name)
		assert.NotEmpty(t, rule.Counts, k.Name)
		assert.NotEmpty(t, rule.Source, k.Name)
		resolved := sampleOf(t, k)
		total, err := cost.Of(resolved, cost.Options{Quantities: cost.Quantities()})
		require.NoError(t, err, k.Name)
		for _, q := range cost.Quantities() {
			assert.Empty(t, total.Of(q).Symbols(), "%s: %s holds names that no operation binds", k.Name, q)
		}
		ops := resolved.Operations()
		op := ops[len(ops)-1]
		var in []arch.Shape
		for _, v := range op.Inputs {
			in = append(in, v.Shape)
		}
		var weights symbolic.Expr
		for _, extents := range op.Kind.Weights(in, op.Operands(), op.Output.Shape, op.Args) {
			weights = weights.Add(symbolic.Product(extents...))
		}
		assert.Equal(t, weights.Text(), total.Of(cost.Params).Text(), "%s: its weights and its params", k.Name)
		assert.Equal(t, k.Learns(), !weights.IsZero(), k.Name)
	}
}

// TestEveryRuleIsOfAKind walks the rules: each is for kinds that exist and for no other's, and its formulas use names that are
// explained; every name that is explained is used.
func TestEveryRuleIsOfAKind(t *testing.T) {
	explained := map[string]bool{}
	for _, v := range cost.Variables() {
		assert.NotEmpty(t, v.Doc, v.Name)
		assert.False(t, explained[v.Name], "%s is explained twice", v.Name)
		explained[v.Name] = true
	}
	used, ruled := map[string]bool{}, map[string]bool{}
	for _, r := range cost.Rules() {
		for _, name := range r.Kinds {
			assert.NotNil(t, arch.KindByName(name), "a rule for %s, which is no kind", name)
			assert.False(t, ruled[name], "two rules for %s", name)
			ruled[name] = true
		}
		for _, text := range r.Expressions() {
			e, err := symbolic.Parse(text)
			require.NoError(t, err, "%s of %s", text, r.Kinds[0])
			for _, name := range e.Symbols() {
				assert.True(t, explained[name], "%s of %s is explained nowhere", name, r.Kinds[0])
				used[name] = true
			}
		}
	}
	for name := range explained {
		assert.True(t, used[name], "%s is explained and used nowhere", name)
	}
}

// TestEveryProductIsCast: a layer that multiplies with learned numbers says in which type it does so under autocast.
func TestEveryProductIsCast(t *testing.T) {
	for _, r := range cost.Rules() {
		costs := func(q cost.Quantity) bool {
			return slices.ContainsFunc(r.Formulas, func(f cost.Formula) bool { return f.Quantity == q })
		}
		if costs(cost.Params) && costs(cost.MACs) {
			assert.NotEqual(t, cost.Widest, r.Casting, "%s", r.Kinds[0])
		}
	}
}

// TestEveryQuantityIsSaid walks the quantities: each has a name of its own and says what it is, and in which unit.
func TestEveryQuantityIsSaid(t *testing.T) {
	names := map[string]bool{}
	for _, q := range slices.Concat(cost.Quantities(), cost.LayerQuantities(), cost.Readings()) {
		assert.NotEmpty(t, q.String(), "quantity %d", q)
		assert.NotEmpty(t, q.Doc(), q.String())
		assert.Contains(t, []cost.Unit{cost.Count, cost.Bytes, cost.Ratio}, q.Unit(), q.String())
		assert.Equal(t, strings.Contains(q.String(), "bytes"), q.Unit() == cost.Bytes, q.String())
		assert.False(t, names[q.String()], "two quantities are called %s", q)
		names[q.String()] = true
	}
}

// TestFactsOfQuantities: which are maxima and have no closed form, which are a model, which are carried and not paid, and which only layers have.
func TestFactsOfQuantities(t *testing.T) {
	facts := map[string][]cost.Quantity{}
	for _, q := range slices.Concat(cost.Quantities(), cost.LayerQuantities(), cost.Readings()) {
		for fact, is := range map[string]bool{"open": !q.Closes(), "model": q.IsModel(), "gain": q.Gain(), "of layers": q.PerLayer()} {
			if is {
				facts[fact] = append(facts[fact], q)
			}
		}
	}
	assert.Equal(t, map[string][]cost.Quantity{
		"open": {cost.InferencePeakBytes, cost.PeakInputHeldBytes, cost.TrainingPeakBytes, cost.CutBytes}, "model": {cost.TrainingPeakBytes},
		"gain":      {cost.Paths, cost.ShortestPath, cost.MeanPath, cost.LongestPath, cost.SignalGain, cost.GradientGain, cost.EffectivePath},
		"of layers": {cost.CutBytes},
	}, facts)
}

// TestEveryMergeIsAKind walks the merges, and the names that no symbol may have.
func TestEveryMergeIsAKind(t *testing.T) {
	var merges []arch.MergeOp
	for _, k := range arch.Kinds() {
		if k.Merge {
			merges = append(merges, arch.MergeOp(k.Name))
		}
		assert.NotContains(t, arch.ReservedNames(), k.Name, "a kind is not named like what stands in expressions")
		assert.False(t, k.Links && !k.Merge, k.Name)
		if name := k.Short; name != "" {
			assert.True(t, slices.ContainsFunc(k.Parameters, func(p arch.Parameter) bool { return p.Name == name }), "the short form of %s", k.Name)
		}
	}
	assert.ElementsMatch(t, arch.MergeOps(), merges)
	for _, name := range []string{arch.IncomingWidth, arch.RepeatIndex, arch.LinkCount} {
		assert.Contains(t, arch.ReservedNames(), name)
	}
}
