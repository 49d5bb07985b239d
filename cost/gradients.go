package cost

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// gradients says which gradients a training step computes for an operation. The gradient of a matrix product by one of its
// factors costs as many multiply-accumulates as the product.
type gradients struct {
	weights bool // its own parameters are trained
	input   bool // something before it is trained, so the gradient must go on
	// firstInput is input where every enclosing loop is in its first iteration: there, nothing before may be trained yet.
	firstInput bool
}

// gradientFlow finds the gradients of every operation of a trace. The network's input needs none.
type gradientFlow struct {
	frozen []string // names of layers, or of what encloses them, that are not trained
	of     map[*trace.Operation]gradients
	needs  map[*trace.Value]bool // the value depends on trained parameters
}

func newGradientFlow(t *trace.Trace, frozen []string) *gradientFlow {
	g := &gradientFlow{frozen: frozen, of: map[*trace.Operation]gradients{}, needs: map[*trace.Value]bool{}}
	g.nodes(t.Body, true)
	return g
}

// nodes follows the values through nodes; first says whether all enclosing loops are in their first iteration.
func (g *gradientFlow) nodes(nodes []trace.Node, first bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			g.operation(n, first)
		case *trace.Loop:
			g.loop(n, first)
		}
	}
}

func (g *gradientFlow) operation(op *trace.Operation, first bool) {
	needs := false
	for _, v := range op.Inputs {
		needs = needs || g.needs[v]
	}
	own := g.of[op]
	own.weights = hasParams(op) && !g.isFrozen(op.Name)
	own.input = needs
	if first {
		own.firstInput = needs
	}
	g.of[op] = own
	g.needs[op.Output] = needs || own.weights
}

// loop runs the body as a first iteration and then as a later one, which reads what the first one made.
func (g *gradientFlow) loop(l *trace.Loop, first bool) {
	g.needs[l.In] = g.needs[l.Start]
	if first {
		g.nodes(l.Body, true)
		g.needs[l.In] = g.needs[l.In] || g.needs[l.Out]
	}
	g.nodes(l.Body, false)
	g.needs[l.In] = g.needs[l.In] || g.needs[l.Out]
	g.nodes(l.Body, false)
	g.needs[l.Result] = g.needs[l.Out]
}

func (g *gradientFlow) isFrozen(name string) bool {
	return slices.ContainsFunc(g.frozen, func(f string) bool { return Freezes(f, name) })
}

// Freezes reports whether one of [Options].Frozen means a layer: by its name, or that of a block around it.
func Freezes(frozen, layer string) bool {
	rest, ok := strings.CutPrefix(layer, frozen)
	return ok && (rest == "" || strings.IndexByte(".[0123456789", rest[0]) >= 0)
}

// hasParams reports whether the rule of the operation's kind counts parameters, and the operation has them switched on.
func hasParams(op *trace.Operation) bool {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil || !rule.given[Params] {
		return false
	}
	return !rule.expressions[Params].Substitute(variables(op, symbolic.Int(1))).IsZero()
}

// training is the multiply-accumulates of a training step: forward, the gradient of the weights, and that of the input.
// products are those of the macs that multiply two activations: both of them pass a gradient on, and there are no weights.
func (g gradients) training(macs, products symbolic.Expr, input bool) symbolic.Expr {
	weighted := macs.Sub(products)
	sum := macs
	if g.weights {
		sum = sum.Add(weighted)
	}
	if input {
		sum = sum.Add(weighted)
	}
	if input || g.weights {
		sum = sum.Add(products.Mul(symbolic.Int(2)))
	}
	return sum
}
