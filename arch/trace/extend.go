package trace

// lists is a tree of the lists of tensors that the concats of a trace join: a concat of the tensors of another one and further
// ones extends the list of that, as in the layers of a dense block. See [Operation].Extends.
type lists struct {
	made *Value // the concat of the tensors up to here
	next map[*Value]*lists
}

// extend adds the output of a concat, or a copy, of tensors, and returns the concat whose list it extends; nil if there is
// none.
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
