package cost_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// design is a way of connecting the layers of a network, by the steps between its first layer and its last.
type design struct {
	steps string
	free  string // symbols beside L and d, with their values in each setting
	sets  []string
}

// designs are those of the skips of today, each as its paper has it, on small layers.
func designs() map[string]design {
	const layers = "[repeat: {times: L, steps: [add: [identity, [rmsnorm, attention: {heads: 2}]], add: [identity, mlp]]}]"
	out := map[string]design{
		"add":             {steps: layers},
		"scaled":          {steps: "repeat: {times: L, steps: [add: [identity, [mlp, scale]]]}"},
		"highway":         {steps: "repeat: {times: L, steps: [add: [[multiply: [[linear: c, sigmoid], [linear: c, relu]]], [multiply: [[linear: c, sigmoid], identity]]]]}"},
		"parallel":        {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, add: [[attention: {heads: 2}], [linear: 2*c, gelu, linear: c/2]]]]]}"},
		"concat":          {steps: "repeat: {times: L, steps: [concat: [identity, [layernorm, linear: 3]]]}"},
		"doubling":        {steps: "repeat: {times: L, steps: [concat: [identity, [layernorm, linear: c]]]}"},
		"depthwise":       {steps: "repeat: {times: L, steps: [concat: [identity, [conv1d: {out: c, kernel: 7, groups: c}, layernorm, linear: 2*c, gelu, linear: 3]]]}"},
		"denseformer":     {steps: "repeat: {times: L, links: dense, gather: weighted, steps: [add: [identity, mlp]]}"},
		"dilated":         {steps: "repeat: {times: L, links: dense, gather: weighted, dilation: 2, steps: [add: [identity, mlp]]}"},
		"mean":            {steps: "repeat: {times: L, links: dense, gather: mean, steps: [mlp]}"},
		"attnres":         {steps: "repeat: {times: L, links: dense, gather: softmax, steps: [mlp]}"},
		"attnres blocks":  {steps: "repeat: {times: L, links: dense, gather: softmax, block: 3, steps: [mlp]}"},
		"attnres again":   {steps: "repeat: {times: L, links: dense, gather: softmax, checkpoint: true, steps: [mlp]}"},
		"blocks again":    {steps: "repeat: {times: L, links: dense, gather: softmax, block: 3, checkpoint: true, steps: [mlp]}"},
		"u-vit":           {steps: "[repeat: {times: L, steps: [{add: [identity, mlp], as: s}]}, mlp, repeat: {times: L, steps: [concat: [identity, {from: s}], linear: d, add: [identity, mlp]]}]"},
		"u that adds":     {steps: "[repeat: {times: L, steps: [{add: [identity, mlp], as: s}]}, repeat: {times: L, steps: [add: [identity, [{from: s}, scale]], add: [identity, mlp]]}]"},
		"reversible":      {steps: "repeat: {times: L, reversible: true, steps: [couple: [mlp, mlp]]}"},
		"coupled":         {steps: "repeat: {times: L, steps: [couple: [mlp, mlp]]}"},
		"checkpoint":      {steps: "repeat: {times: L, steps: [{add: [identity, mlp], checkpoint: true}]}"},
		"checkpoint all":  {steps: "repeat: {times: L, steps: [{concat: [identity, [layernorm]], checkpoint: all}, linear: d]}"},
		"survives":        {steps: "repeat: {times: L, steps: [add: [identity, {mlp: , survives: 1 - i/(2*L)}]]}"},
		"drop path":       {steps: "repeat: {times: L, steps: [add: [identity, [mlp, drop_path: 1/4]]]}"},
		"experts":         {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, experts: {count: 4, active: 2, hidden: 2*d}]]]}"},
		"windows":         {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, attention: {heads: 2, kv_heads: 1, window: 3}]]]}"},
		"latent":          {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, latent_attention: {heads: 2, rank: 4, head_width: 4, rope: 2}]]]}"},
		"mamba":           {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, mamba2: {state: 4, heads: 2, inner: 2*c}]]]}"},
		"decode":          {steps: "repeat: {times: L, steps: [add: [identity, [rmsnorm, attention: {heads: 2, past: P}]]]}", free: "P", sets: []string{"P=3", "P=9", "P=4"}},
		"value residual":  {steps: "[{linear: d, as: v}, repeat: {times: L, steps: [add: [identity, [rmsnorm, add: [{from: v}, linear: c]]]]}]"},
		"let and if":      {steps: "repeat: {times: L, steps: [let: {m: 2*c}, {if: 2 > 1, then: [add: [identity, [layernorm, linear: m, gelu, linear: d]]]}]}"},
		"optional":        {steps: "repeat: {times: L, steps: [repeat: {times: n, steps: [layernorm]}, add: [identity, mlp]]}", free: "n", sets: []string{"n=1", "n=2", "n=1"}},
		"triangle":        {steps: "repeat: {times: L, steps: [repeat: {times: i + 1, steps: [add: [identity, mlp]]}]}"},
		"triangle of 0":   {steps: "repeat: {times: L, steps: [repeat: {times: i, steps: [add: [identity, mlp]]}]}"},
		"falling":         {steps: "repeat: {times: L, steps: [repeat: {times: 'max(0, 2 - i)', steps: [add: [identity, mlp]]}]}"},
		"rising":          {steps: "repeat: {times: L, steps: [repeat: {times: 'min(i, 2)', steps: [add: [identity, mlp]]}]}"},
		"capped widths":   {steps: "repeat: {times: L, steps: [linear: 'min(d + 2*i, d + 4)']}"},
		"dense first":     {steps: "repeat: {times: L, steps: [add: [identity, [layernorm, {if: i < 2, then: [linear: c], else: [experts: {count: 4, active: 2, hidden: 2*c}]}]]]}"},
		"all but last":    {steps: "repeat: {times: L, steps: [add: [identity, mlp], {if: i < L - 1, then: [layernorm]}]}"},
		"late":            {steps: "repeat: {times: L, steps: [repeat: {times: 'max(i - 1, 0)', steps: [{if: i == 0, then: [mlp]}, add: [identity, mlp]]}]}"},
		"streams of none": {steps: "streams: {count: n, steps: [repeat: {times: L, steps: [add: [identity, linear: c]]}]}", free: "n", sets: []string{"n=2", "n=3", "n=4"}},
	}
	for _, of := range []string{"count: n", "fractions: 2"} {
		for _, form := range []string{"static", "dynamic", "mhc"} {
			for _, again := range []string{"", "checkpoint: true, "} {
				if form == "mhc" && of != "count: n" {
					continue
				}
				for inner, steps := range map[string]string{"": layers, " around linear": "repeat: {times: L, steps: [add: [identity, linear: c]]}"} {
					d := design{steps: fmt.Sprintf("streams: {%s, form: %s, %ssteps: [%s]}", of, form, again, steps)}
					if of == "count: n" {
						d.free, d.sets = "n", []string{"n=2", "n=3", "n=4"}
					}
					out[strings.Trim(of+" "+form+" "+again, ", ")+inner] = d
				}
			}
		}
	}
	return out
}

// network is the design between two layers.
func (d design) network(t *testing.T, name string) cost.Subject {
	symbols := "L: 4, d: 8"
	for _, one := range strings.Fields(d.free) {
		symbols += ", " + one + ": 2"
	}
	return inYAML(t, "name: \""+name+"\"\nsymbols: {"+symbols+"}\ninput: [d, 5]\nblocks: {mlp: [layernorm, linear: 2*c, gelu, linear: c/2]}\nsteps:\n  - linear: d\n  - "+d.steps+"\n  - linear: 3\n")
}

// trainingWays are the options of training and memory, one by one.
func trainingWays() map[string]cost.Options {
	out := map[string]cost.Options{
		"plain": {}, "in place": {Memory: cost.Memory{InPlace: true}}, "shared": {Memory: cost.Memory{Concat: cost.SharedConcat}},
		"recompute": {Memory: cost.Memory{Concat: cost.RecomputeConcat}}, "repeats": {Memory: cost.Memory{Checkpoint: cost.CheckpointRepeats}},
		"sqrt": {Memory: cost.Memory{Checkpoint: cost.CheckpointSqrt}}, "fused": {Memory: cost.Memory{Fused: cost.FusedElementwise}},
		"torch1": {Memory: cost.Memory{Framework: cost.Frameworks()[1]}}, "loss": {Memory: cost.Memory{Loss: true}}, "fold": {Memory: cost.Memory{FoldNorms: true}},
		"adafactor": {Optimizer: cost.Optimizers()[5]}, "frozen": {Frozen: []string{"mlp"}},
	}
	for _, p := range cost.Precisions() {
		out[p.Name] = cost.Options{Precision: p}
	}
	return out
}

// open says which costs of designs have no closed form, and why.
func open(name, way string, q cost.Quantity) string {
	saved := slices.Contains([]cost.Quantity{cost.TrainingSavedBytes, cost.TrainingSavedBytesWithoutInput, cost.TrainingTotalBytes}, q)
	switch {
	case way == "sqrt" && saved && name != "reversible": // which keeps nothing
		return "checkpoints by segments" // of which there are as many as the root of the count
	case name == "dilated" && way == "autocast" && (saved || q == cost.TrafficBytes || q == cost.Intensity):
		return "of another type" // every other iteration reads the first tensor, the only one in 16 bit
	}
	return ""
}

// TestDesignsClose holds the closed formulas of each design against the network written out, in all that closes and under every option;
// what has no formula says why.
func TestDesignsClose(t *testing.T) {
	all, ways := designs(), trainingWays()
	for k, name := range slices.Sorted(maps.Keys(all)) {
		d := all[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := d.network(t, name)
			set := d.settings(t, s)
			for j, way := range slices.Sorted(maps.Keys(ways)) {
				if testing.Short() && (k+j)%6 != 0 { // so that each design meets some options, and each option some designs
					continue
				}
				o := ways[way]
				o.Quantities = closing()
				closed, err := cost.Close(s, append([]string{"L", "d"}, strings.Fields(d.free)...), o)
				require.NoError(t, err, way)
				held := 0
				for _, one := range set {
					if holds(closed, one.bindings) {
						held++
						one.same(t, closed, way, o)
					}
				}
				assert.GreaterOrEqual(t, held, 2, "%s holds where %v", way, closed.Total.Runs)
				for _, q := range closing() {
					why := open(name, way, q)
					if err := closed.Total.Of(q).Err(); why != "" {
						require.ErrorContains(t, err, why, "%s, %s", q, way)
					} else {
						require.NoError(t, err, "%s, %s", q, way)
					}
				}
			}
		})
	}
}

// holds reports whether all is so that formulas take for granted.
func holds(closed *cost.Closed, at symbolic.Bindings) bool {
	return !slices.ContainsFunc(closed.Total.Runs, func(e symbolic.Expr) bool {
		sign, known := e.Substitute(at).Sign()
		return !known || sign <= 0
	}) && !slices.ContainsFunc(closed.Trace.Assumptions, func(a trace.Assumption) bool { return !a.Holds(at) })
}

// setting is a design with its symbols bound, as loops and written out.
type setting struct {
	bindings        symbolic.Bindings
	looped, written *trace.Trace
}

func (d design) settings(t *testing.T, s cost.Subject) (all []setting) {
	t.Helper()
	for k, set := range []string{"L=3;d=6", "L=6;d=8", "L=9;d=16"} {
		if d.sets != nil {
			set += ";" + d.sets[k]
		}
		one := setting{bindings: settings(t, set)}
		var err error
		one.looped, err = s.With(one.bindings).Resolve(trace.Options{})
		require.NoError(t, err)
		one.written, err = s.With(one.bindings).Resolve(trace.Options{Unroll: true})
		require.NoError(t, err)
		all = append(all, one)
	}
	return all
}

// same holds formulas against the network under bindings, written out and, where nothing depends on its repeats, as loops.
func (s setting) same(t *testing.T, closed *cost.Closed, way string, o cost.Options) {
	t.Helper()
	bound, err := cost.Of(s.looped, o)
	require.NoError(t, err)
	written, err := cost.Of(s.written, o)
	require.NoError(t, err)
	for _, q := range closing() {
		want := written.Of(q).Text()
		assert.Equal(t, want, bound.Of(q).Text(), "%s at %v, %s", q, s.bindings, way)
		if e := closed.Total.Of(q); e.Err() == nil {
			assert.Equal(t, want, e.Substitute(s.bindings).Text(), "%s at %v, %s: %s", q, s.bindings, way, e)
		}
	}
}
