package trace

// lists is what the concats of a trace join, as a tree: one that joins the tensors of another and then one more goes on to list
// them, as the layers of a dense block do. See [Operation].Extends.
type lists struct {
	made *Value // the concat of the tensors up to here
	next map[*Value]*lists
}

// extend enters what a concat, or a copy, makes of tensors, and returns what it goes on to list; nil if that is nothing.
func (l *lists) extend(out *Value, inputs []*Value) *Value {
	var before *Value
	for k, in := range inputs {
		if k == len(inputs)-1 {
			before = l.made
		}
		if l.next == nil {
			l.next = map[*Value]*lists{}
		}
		if l.next[in] == nil {
			l.next[in] = &lists{}
		}
		l = l.next[in]
	}
	if l.made == nil {
		l.made = out
	}
	return before
}
