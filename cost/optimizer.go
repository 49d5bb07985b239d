package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Optimizer is an optimizer, with the number of fp32 values that it keeps for each parameter.
type Optimizer struct {
	Name   string
	Values int64 // per parameter
	// Factored says that the second moments of a matrix are kept as the sums of its rows and columns.
	Factored bool
}

// Optimizers lists those that --optimizer takes. Adafactor: Shazeer and Stern 2018, arXiv:1804.04235, without momentum, a
// kernel taken as a matrix of outgoing channels by everything else. Lion: Chen et al. 2023, arXiv:2302.06675.
func Optimizers() []Optimizer {
	return []Optimizer{
		{Name: "sgd"}, {Name: "momentum", Values: 1}, {Name: "adam", Values: 2}, {Name: "adamw", Values: 2}, {Name: "lion", Values: 1},
		{Name: "adafactor", Factored: true},
	}
}

// ParseOptimizer returns the named optimizer.
func ParseOptimizer(name string) (Optimizer, error) {
	return choose.Named("optimizer", name, Optimizers(), func(o Optimizer) []string { return []string{o.Name} })
}

// optimizerBytes is the state of the optimizer for an operation, and the fp32 copy of its weights under mixed precision
// (Rajbhandari et al. 2020, arXiv:1910.02054, section 3.1).
func (c *counter) optimizerBytes(params, factored symbolic.Expr, v symbolic.Bindings) symbolic.Expr {
	values := params.Mul(symbolic.Int(c.options.Optimizer.Values))
	if c.options.Optimizer.Factored {
		values = params
		if !factored.IsZero() {
			values = factored.Substitute(v)
		}
	}
	if c.options.Precision.Master {
		values = values.Add(params)
	}
	return values.Mul(symbolic.Int(wideBytes))
}
