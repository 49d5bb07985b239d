package flow

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Tensor is paths, signal and gradient at one tensor of the network written out.
type Tensor struct {
	Name                       string
	Units                      symbolic.Expr
	SecondMoment, Gradient     Quantity
	Paths, Shortest, Mean, Max Quantity // to the outputs
}

// tensors lists every tensor of the network written out.
func (w *reader) tensors(r *Reading) error {
	t, err := w.writtenOut()
	if err != nil {
		return err
	}
	c := newCounting(w.counts)
	if err := c.trace(t); err != nil {
		return err
	}
	f := newField(w.options.Init, t, w.counts)
	f.keeps = true
	failed := f.follow(t)
	add := func(name string, v *trace.Value) {
		p := f.passing(v, failed)
		x := Tensor{Name: name, Units: v.Shape.AllElements(), SecondMoment: w.quantity(p.SecondMoment), Gradient: w.quantity(p.Gradient)}
		none := failedQuantity(errors.New("no path leads to an output"))
		x.Paths, x.Shortest, x.Mean, x.Max = Quantity{}, none, none, none
		if at, reached := c.at[v]; reached {
			p := at.paths.plus
			x.Paths, x.Mean = w.quantity(p.weight), w.quantity(p.length.quo(p.weight))
			x.Shortest, x.Max = w.quantity(exactly(at.lengths.shortest)), w.quantity(exactly(at.lengths.longest))
		}
		r.Tensors = append(r.Tensors, x)
	}
	add("input", t.Input)
	for _, op := range t.Operations() {
		add(op.Name, op.Output)
	}
	return nil
}
