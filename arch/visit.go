package arch

// VisitExpressions calls f for every expression of the input, the steps and the blocks.
func (n *Network) VisitExpressions(f func(Expression)) {
	for _, e := range n.Input {
		f(e)
	}
	f(n.Samples)
	if g := n.Generating; g != nil {
		f(g.Before)
		f(g.Beyond)
	}
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

// VisitStepExpressions calls f for every expression of steps, but not for those of the blocks that they use.
func VisitStepExpressions(steps []Step, f func(Expression)) { visitSteps(steps, f) }

func visitSteps(steps []Step, f func(Expression)) {
	for _, s := range steps {
		if s.Survives != nil {
			f(*s.Survives)
		}
		switch a := s.Do.(type) {
		case *Layer:
			visitArguments(a.Args, f)
		case *Merge:
			visitArguments(a.Args, f)
		case *Use:
			for _, e := range a.Args {
				f(e)
			}
		case *If:
			for _, e := range a.Condition.expressions() {
				f(e)
			}
		case *Let:
			for _, named := range a.Names {
				f(named.Value)
			}
		case *Repeat:
			f(a.Times)
			if a.Links == WindowLinks {
				f(a.Window)
			}
			for _, e := range a.spacings() {
				if *e != nil {
					f(**e)
				}
			}
		case *Streams:
			f(a.Count)
		}
		for _, list := range Within(s.Do) {
			visitSteps(list, f)
		}
	}
}

func visitArguments(args map[string]Argument, f func(Expression)) {
	for _, arg := range args {
		for _, e := range arg.Values {
			f(e)
		}
	}
}

// spacings point to the numbers of a repeat with links that say which layers are read.
func (r *Repeat) spacings() []**Expression { return []**Expression{&r.Dilation, &r.Period, &r.Block} }

// NamesIn lists the names that steps give to their outputs, those in paths of merges included: the names that the steps behind
// can read.
func NamesIn(steps []Step) []string {
	var names []string
	for _, s := range steps {
		if s.As != "" {
			names = append(names, s.As)
		}
		if m, is := s.Do.(*Merge); is {
			for _, p := range m.Paths {
				names = append(names, NamesIn(p.Steps)...)
			}
		}
	}
	return names
}

// Within lists the lists of steps inside an action, those that a use gives to its block included, but not the steps of the
// block.
func Within(do Action) [][]Step {
	switch a := do.(type) {
	case *Use:
		var lists [][]Step
		for _, p := range a.Block.Parameters {
			if steps, given := a.Steps[p.Name]; given {
				lists = append(lists, steps)
			}
		}
		return lists
	case *Merge:
		return listsOf(a.Paths)
	case *Couple:
		return listsOf(a.Paths)
	case *If:
		return [][]Step{a.Then, a.Else}
	case *Repeat:
		return [][]Step{a.Steps}
	case *Streams:
		return [][]Step{a.Steps}
	case *Head:
		return [][]Step{a.Steps}
	}
	return nil
}

func listsOf(paths []Path) [][]Step {
	var lists [][]Step
	for _, p := range paths {
		lists = append(lists, p.Steps)
	}
	return lists
}

// MapSteps is a copy of steps with f applied to every expression, but not to those of the blocks that they use.
func MapSteps(steps []Step, f func(Expression) Expression) []Step {
	out := make([]Step, len(steps))
	for k, s := range steps {
		out[k] = s
		out[k].Do = mapAction(s.Do, f)
		if s.Survives != nil {
			now := f(*s.Survives)
			out[k].Survives = &now
		}
	}
	return out
}

func mapPaths(paths []Path, f func(Expression) Expression) []Path {
	var made []Path
	for _, p := range paths {
		made = append(made, Path{Steps: MapSteps(p.Steps, f), Pos: p.Pos})
	}
	return made
}

func mapArguments(args map[string]Argument, f func(Expression) Expression) map[string]Argument {
	made := make(map[string]Argument, len(args))
	for name, arg := range args {
		values := make([]Expression, len(arg.Values))
		for k, e := range arg.Values {
			values[k] = f(e)
		}
		made[name] = Argument{Values: values, Word: arg.Word, Pos: arg.Pos}
	}
	return made
}

func mapAction(do Action, f func(Expression) Expression) Action {
	switch a := do.(type) {
	case *Layer:
		return &Layer{Kind: a.Kind, Args: mapArguments(a.Args, f)}
	case *Use:
		made := &Use{Block: a.Block, Args: make(map[string]Expression, len(a.Args)), Tensors: a.Tensors}
		for name, e := range a.Args {
			made.Args[name] = f(e)
		}
		for name, steps := range a.Steps {
			made.Give(name, MapSteps(steps, f))
		}
		return made
	case *If:
		return &If{Condition: a.Condition.mapped(f), Then: MapSteps(a.Then, f), Else: MapSteps(a.Else, f)}
	case *Let:
		made := &Let{Names: make([]Setting, len(a.Names))}
		for k, named := range a.Names {
			made.Names[k] = Setting{Name: named.Name, Value: f(named.Value), Pos: named.Pos}
		}
		return made
	case *Merge:
		return &Merge{Op: a.Op, List: a.List, Args: mapArguments(a.Args, f), Paths: mapPaths(a.Paths, f)}
	case *Couple:
		return &Couple{Paths: mapPaths(a.Paths, f)}
	case *Repeat:
		made := *a
		made.Times, made.Steps = f(a.Times), MapSteps(a.Steps, f)
		if a.Links == WindowLinks {
			made.Window = f(a.Window)
		}
		for _, e := range made.spacings() {
			if *e != nil {
				now := f(**e)
				*e = &now
			}
		}
		return &made
	case *Streams:
		made := *a
		made.Count, made.Steps = f(a.Count), MapSteps(a.Steps, f)
		return &made
	case *Head:
		return &Head{Steps: MapSteps(a.Steps, f), Training: a.Training}
	}
	return do
}
