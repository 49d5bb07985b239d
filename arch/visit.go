package arch

// VisitExpressions calls f for every expression of the input, the steps and the blocks.
func (n *Network) VisitExpressions(f func(Expression)) {
	for _, e := range n.Input {
		f(e)
	}
	f(n.Samples)
	visitSteps(n.Steps, f)
	for _, b := range n.Blocks {
		for _, p := range b.Parameters {
			if p.Default != nil {
				f(*p.Default)
			}
		}
		visitSteps(b.Steps, f)
	}
}

func visitSteps(steps []Step, f func(Expression)) {
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *Layer:
			for _, arg := range a.Args {
				for _, e := range arg.Values {
					f(e)
				}
			}
		case *Use:
			for _, e := range a.Args {
				f(e)
			}
		case *Merge:
			for _, p := range a.Paths {
				visitSteps(p.Steps, f)
			}
		case *Repeat:
			f(a.Times)
			if a.Links == WindowLinks {
				f(a.Window)
			}
			visitSteps(a.Steps, f)
		case *Head:
			visitSteps(a.Steps, f)
		}
	}
}
