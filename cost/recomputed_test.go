package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestReversibleRepeats: what training keeps of reversible blocks does not grow with their number, it is what comes out of the last one,
// and a training step runs them forward twice (Gomez et al. 2017, arXiv:1707.04585, section 3).
func TestReversibleRepeats(t *testing.T) {
	text := `name: revnet
symbols: {L: 3, d: 8}
input: [d, 5]
blocks: {half: [layernorm, linear: 3*c, gelu, linear: c/3]}
steps:
  - linear: d
  - repeat: {times: L, reversible: true, steps: [couple: [half, half]]}
  - linear: 3
`
	closed := func(text string) *cost.Total {
		c, err := cost.Close(inYAML(t, text), []string{"L", "d"}, cost.Options{Quantities: closing()})
		require.NoError(t, err)
		return c.Total
	}
	twice, once := closed(text), closed(strings.Replace(text, "reversible: true, ", "", 1))
	assert.Equal(t, "40·d", twice.Of(cost.TrainingSavedBytes).Text(), "the network's input and what comes out of the last")
	more := twice.Of(cost.TrainingMACs).Sub(once.Of(cost.TrainingMACs))
	forward, err := symbolic.Parse("L*2*(2*3*(d/2)^2)*5")
	require.NoError(t, err)
	assert.Equal(t, forward.Text(), more.Text())
	assert.Equal(t, forward.Text(), twice.Of(cost.RecomputedMACs).Text())
	assert.True(t, once.Of(cost.RecomputedMACs).IsZero())
	for _, q := range []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.TrafficBytes} {
		assert.Equal(t, once.Of(q).Text(), twice.Of(q).Text(), q)
	}
}

// TestRecomputingCloses: networks of which the backward pass runs parts again have formulas, which are the networks written out, and
// are told in files of theirs.
func TestRecomputingCloses(t *testing.T) {
	for name, steps := range map[string]string{
		"reversible":           "repeat: {times: L, reversible: true, steps: [couple: [[layernorm, linear: c], [linear: 2*c, relu, repeat: {times: 2, steps: [linear: c]}, linear: c/2]]]}",
		"reversible behind":    "repeat: {times: L, steps: [repeat: {times: 2, reversible: true, steps: [couple: [linear: c, gelu]]}, layernorm]}",
		"reversible before":    "[repeat: {times: L, reversible: true, steps: [couple: [linear: c, gelu]]}, repeat: {times: L, steps: [repeat: {times: 2, steps: [couple: [sigmoid, linear: c]]}, layernorm]}]",
		"stochastic depth":     "repeat: {times: L, steps: [add: [identity, {body: , survives: 1 - i/(2*L)}], add: [identity, [linear: c, drop_path: 1/4]]]}",
		"blocks":               "repeat: {times: L, steps: [{body: , checkpoint: true}]}",
		"all":                  "repeat: {times: L, steps: [add: [identity, [layernorm, {sigmoid: , checkpoint: all}, linear: c]], {relu: , checkpoint: all}]}",
		"static streams":       "streams: {count: 3, checkpoint: true, steps: [repeat: {times: L, steps: [add: [identity, [layernorm, linear: c]]]}]}",
		"constrained streams":  "streams: {count: 2, form: mhc, checkpoint: true, steps: [repeat: {times: L, steps: [add: [identity, [layernorm, linear: c]]]}]}",
		"attention over depth": "repeat: {times: L, links: dense, gather: softmax, checkpoint: true, steps: [layernorm, linear: c]}",
		"in blocks":            "repeat: {times: L, links: dense, gather: softmax, block: 2, checkpoint: true, steps: [layernorm, linear: c]}",
	} {
		text := `name: again
symbols: {L: 4, d: 8}
input: [d, 5]
blocks: {body: [add: [identity, [layernorm, linear: 2*c, gelu, linear: c/2]]]}
steps:
  - linear: d
  - ` + steps + `
  - linear: 3
`
		s := inYAML(t, text)
		closesAsWritten(t, name, s, []string{"L", "d"}, "L=2;d=4", "L=4;d=6", "L=6;d=8")
		again := cost.Subject{Name: "again", Network: s.Network}
		n, err := spec.Parse("again.yaml", spec.Print(s.Network))
		require.NoError(t, err, name)
		again.Network = n
		sameCosts(t, name, s, again)
	}
}

// TestRecomputedMACs counts what runs forward a second time: in all of a checkpointed step, in the steps of training in which it runs; in a
// reversible repeat also where the inputs of iterations are kept, which are no others than what comes out of the last.
func TestRecomputedMACs(t *testing.T) {
	for steps, want := range map[string]int64{
		"[linear: 8, {add: [identity, [linear: 8]], checkpoint: true}]":                         5 * 64,
		"[linear: 8, add: [identity, {linear: 8, checkpoint: all, survives: 3/4}]]":             5 * 64 * 3 / 4,
		"[linear: 8, repeat: {times: 3, reversible: true, steps: [couple: [linear: c, relu]]}]": 3 * 5 * 16,
		"repeat: {times: 3, reversible: true, steps: [couple: [relu, relu]]}":                   0,
	} {
		m := summarize(t, "name: x\ninput: [8, 5]\nsteps:\n  - "+steps+"\n", cost.Options{Quantities: []cost.Quantity{cost.RecomputedMACs}})
		assert.Equal(t, want, small(t, m, cost.RecomputedMACs), steps)
	}
	m := summarize(t, `name: both
input: [8, 5]
steps:
  - linear: 8
  - repeat: {times: 3, reversible: true, steps: [couple: [linear: c, relu]]}
  - repeat: {times: 2, steps: [linear: 8, relu]}
`, cost.Options{Quantities: []cost.Quantity{cost.RecomputedMACs}, Memory: cost.Memory{Checkpoint: cost.CheckpointRepeats}})
	assert.Equal(t, int64(3*5*16+2*5*64), small(t, m, cost.RecomputedMACs))
}

// TestStepsKeepWhatRemakesThem counts by hand, for 5 positions of 8 values, of which one tensor is 160 bytes. What a step has inside is made
// again from what is kept: for the backward pass of the activation or the product in it, and for what an attention or a norm keeps beside its
// input and its output, which are those of the step. Where nothing in it needs a gradient nothing is kept, and nothing runs again.
func TestStepsKeepWhatRemakesThem(t *testing.T) {
	const tensor, product = 160, 5 * 64
	attends := int64(4*product + 2*5*5*8)
	for _, c := range []struct {
		step, train string
		saved, runs int64 // beside the network's input and the output of the step, which the layers before and behind keep
	}{
		{"add: [identity, [sigmoid]]", "", tensor, 0},
		{"add: [identity, [gelu]]", "", tensor, 0},
		{"add: [identity, [layernorm, linear: 16, relu, linear: 8]]", "", tensor, 4 * product},
		{"linear: 8", "", tensor, 0},
		{"sigmoid: ", "", 0, 0},
		{"layernorm: ", "", tensor, 0},
		{"dropout: ", "", tensor, 0},
		{"attention: 2", "", tensor, attends},
		{"body: [layernorm, attention: 2]", "", tensor, attends},
		{"attention: 2", "before,behind", tensor, attends},
		{"add: [identity, [{linear: 16, as: up}, relu, linear: 8]]", "up,behind", tensor, 4 * product},
		{"add: [identity, [linear: 16, relu, {linear: 8, as: down}]]", "down,behind", tensor, 4 * product},
		{"add: [identity, [layernorm, linear: 16, relu, linear: 8]]", "behind", 0, 0},
		{"attention: 2", "behind", 0, 0},
	} {
		blocks, step := "", c.step
		if steps, block := strings.CutPrefix(step, "body: "); block {
			blocks, step = "blocks: {body: "+steps+"}\n", "body: "
		}
		options := cost.Options{Quantities: []cost.Quantity{cost.RecomputedMACs, cost.TrainingSavedBytes}}
		before := int64(tensor)
		if c.train != "" {
			options.Trained = strings.Split(c.train, ",")
			if !strings.Contains(c.train, "before") {
				before = 0
			}
		}
		text := fmt.Sprintf("name: x\ninput: [8, 5]\n%ssteps: [{linear: 8, as: before}, {%s, checkpoint: true}, {linear: 8, as: behind}]\n", blocks, step)
		m := summarize(t, text, options)
		assert.Equal(t, before+c.saved+tensor, small(t, m, cost.TrainingSavedBytes), "%s, training %s", c.step, c.train)
		assert.Equal(t, c.runs, small(t, m, cost.RecomputedMACs), "%s, training %s", c.step, c.train)
	}
}

// sameCosts holds two networks against each other in all that closes.
func sameCosts(t *testing.T, name string, a, b cost.Subject) {
	t.Helper()
	o := cost.Options{Quantities: closing()}
	one, err := cost.Summarize(a, o)
	require.NoError(t, err, name)
	other, err := cost.Summarize(b, o)
	require.NoError(t, err, name)
	for _, q := range closing() {
		assert.Equal(t, one.Total.Of(q).Text(), other.Total.Of(q).Text(), "%s of %s", q, name)
	}
}

// TestConstrainedStreamsRecomputed is Table 3 of Xie et al. 2025, arXiv:2512.24880, where all layers are one group: of n streams of width d the
// first is kept, and what comes out of each branch; beside that each branch keeps its own, of a product alone what it reads, which is mixed
// again, so that nothing is added.
func TestConstrainedStreamsRecomputed(t *testing.T) {
	const n, d, layers = 4, 10, 6
	saved := func(form string) int64 {
		m := summarize(t, fmt.Sprintf(`name: mhc
input: [%d, 1]
steps:
  - linear: %d
  - streams: {count: %d, form: mhc, %ssteps: [repeat: {times: %d, steps: [add: [identity, linear: c]]}]}
`, d, d, n, form, layers), cost.Options{Quantities: []cost.Quantity{cost.TrainingSavedBytes}})
		return small(t, m, cost.TrainingSavedBytes)
	}
	const input = 4 * d
	head := int64(4 * (n*d + 3*n + 3)) // at the end the streams are normalised and read once more, and that is kept
	again := saved("checkpoint: true, ")
	assert.LessOrEqual(t, again, int64(input+4*(n*d+layers*d))+head)
	assert.Greater(t, saved(""), again+4*layers*(n*d+d))
}

// TestSpecialRepeatsAreRefused where they stand.
func TestSpecialRepeatsAreRefused(t *testing.T) {
	for step, want := range map[string]string{
		"repeat: {times: 2, reversible: true, steps: [linear: c]}":                         "net.yaml:4:50: a reversible repeat consists of couples",
		"repeat: {times: 2, reversible: true, steps: [couple: [linear: 2, relu]]}":         "net.yaml:4:59: couple: the halves differ: 2×4 comes out of a path, and the other half is 4×4",
		"couple: [maxpool: 2, relu]":                                                       "net.yaml:4:14: couple: the halves differ: 4×2 comes out of a path",
		"[linear: 5, couple: [relu, relu]]":                                                "net.yaml:4:17: couple: the width 5 is not two equal halves",
		"couple: [relu, relu, relu]":                                                       "net.yaml:4:5: couple takes two paths",
		"repeat: {times: 2, links: log2, reversible: true, steps: [couple: [relu, relu]]}": "a repeat with links is not reversible",
		"repeat: {times: 2, checkpoint: true, steps: [relu]}":                              "what joins the layers runs again where they are summed up",
		"{relu: , checkpoint: sometimes}":                                                  "checkpoint takes one of its words",
		"{relu: , survives: 0}":                                                            "survives is 0, but must be above 0 and at most 1",
		"{relu: , survives: 2}":                                                            "survives is 2, but must be above 0 and at most 1",
		"{head: [relu], survives: 1/2}":                                                    "only layers, blocks and merges are left out in some training steps",
		"{repeat: {times: 2, steps: [relu]}, checkpoint: true}":                            "only layers, blocks and merges run again",
	} {
		n, err := spec.Parse("net.yaml", []byte("name: x\ninput: [8, 4]\nsteps:\n  - "+step+"\n"))
		if err == nil {
			_, err = trace.Resolve(n, trace.Options{})
		}
		if assert.Error(t, err, step) {
			assert.Contains(t, err.Error(), want, step)
		}
	}
}
