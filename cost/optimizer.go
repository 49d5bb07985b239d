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
	Doc      string
}

// Optimizers lists those that --optimizer takes.
func Optimizers() []Optimizer {
	return []Optimizer{
		{Name: "sgd", Doc: "nothing is kept"},
		{Name: "momentum", Values: 1, Doc: "sgd with momentum keeps an fp32 value for each parameter"},
		{Name: "adam", Values: 2, Doc: "both moments are kept, two fp32 values for each parameter"},
		{Name: "adamw", Values: 2, Doc: "as adam"},
		{Name: "lion", Values: 1, Doc: "an fp32 value is kept for each parameter (Chen et al. 2023, arXiv:2302.06675)"},
		{
			Name: "adafactor", Factored: true,
			Doc: "of each matrix the sums of rows and columns are kept, of a kernel those of outgoing channels and of all else, in fp32; without momentum (Shazeer and Stern 2018, arXiv:1804.04235)",
		},
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
