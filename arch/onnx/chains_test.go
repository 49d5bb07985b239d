package onnx

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestChains puts operators behind one another at random. Those that refuse what they get are taken out, and what is left must be
// read the same way every time, run, cost nothing less than 0, and have as many elements everywhere as its dimensions say.
func TestChains(t *testing.T) {
	const length = 12
	graphs := 400
	if testing.Short() {
		graphs = 120
	}
	var ops []string
	for _, o := range allOperators() {
		if o.domain == "" && o.rule != nil {
			ops = append(ops, o.name)
		}
	}
	slices.Sort(ops)
	r := rand.New(rand.NewPCG(8, 9))
	for range graphs {
		parts := anything()
		_, constants := tensorNames(graphOf(parts...))
		made := []string{"x4", "x3", "x2", "x6", "open"}
		var nodes []*wire.Node
		for k := range length {
			n := &wire.Node{Op: ops[r.IntN(len(ops))], Outputs: []string{fmt.Sprint("made", k), "", fmt.Sprint("also", k)}[:1+r.IntN(3)]}
			n.Inputs = append(n.Inputs, made[r.IntN(len(made))])
			for range r.IntN(4) {
				from := made
				if r.IntN(2) == 0 {
					from = constants
				}
				n.Inputs = append(n.Inputs, from[r.IntN(len(from))])
			}
			nodes = append(nodes, withAttributes(n, anyAttributes(r, n.Op)))
			made = append(made, n.Outputs[0])
		}
		tr, nodes := withoutRefused(t, parts, nodes)
		again := newTranslator(chain(parts, nodes), Options{})
		require.NoError(t, again.run("test"))
		assert.Equal(t, tr.notes, again.notes)
		assert.Equal(t, tr.build.Trace().Network, again.build.Trace().Network, "reading is repeatable")
		checkItems(t, tr, fmt.Sprint(len(nodes), " nodes"))
		if resolved, err := trace.Resolve(tr.build.Trace().Network, trace.Options{}); err == nil {
			total, err := cost.Of(resolved, cost.Options{})
			require.NoError(t, err)
			for _, q := range []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.InferencePeakBytes} {
				v, known := total.Of(q).Sign()
				assert.True(t, known && v >= 0, "%s is %s", q, total.Of(q).Text())
			}
		}
	}
}

// chain is a model of nodes, of which comes out what none reads.
func chain(parts []any, nodes []*wire.Node) *wire.Model {
	parts = slices.Clone(parts)
	for _, n := range nodes {
		parts = append(parts, n)
	}
	return modelOf(comingOut(parts)...)
}

// withoutRefused takes out nodes until the rest is read. What read the output of one that is gone reads x4.
func withoutRefused(t *testing.T, parts []any, nodes []*wire.Node) (*translator, []*wire.Node) {
	for {
		tr := newTranslator(chain(parts, nodes), Options{})
		err := tr.run("test")
		if err == nil {
			return tr, nodes
		}
		var refused *NodeError
		require.True(t, errors.As(err, &refused), err)
		gone := slices.IndexFunc(nodes, func(n *wire.Node) bool { return n.Label() == refused.Node })
		require.GreaterOrEqual(t, gone, 0, err)
		for _, n := range nodes {
			for k, name := range n.Inputs {
				if slices.Contains(nodes[gone].Outputs, name) && name != "" {
					n.Inputs[k] = "x4"
				}
			}
		}
		nodes = slices.Delete(nodes, gone, gone+1)
	}
}
