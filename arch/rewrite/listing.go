package rewrite

// listing is what a concat reads where it lists the operands of an earlier concat and more: that concat in their place, and
// the others. The zero value is that of an operation that lists nothing again.
type listing struct {
	again []int // the operands of the operation that the earlier concat joined; it is the first input then
	rest  []int // the operand that each further input is
}

// operands are those of the operation that one of its inputs stands for.
func (l listing) operands(input int) []int {
	switch {
	case l.again == nil:
		return []int{input}
	case input == 0:
		return l.again
	}
	return []int{l.rest[input-1]}
}

// listings finds, for one concat after another, the earlier concat whose operands it lists.
type listings struct {
	parts  map[int32][]int32 // what each concat lists, by what it makes
	reader map[int32]int32   // the latest concat that lists a tensor
	counts map[int32]int     // how often the concat at hand lists each tensor
}

func newListings() *listings {
	return &listings{parts: map[int32][]int32{}, reader: map[int32]int32{}, counts: map[int32]int{}}
}

// enter takes a concat and returns its inputs with the earlier concat in place of what both list. Of several it is the one that
// lists most, and the latest of these. Only the latest readers of the operands are looked at, which the layers of a dense block
// are.
func (l *listings) enter(made int32, operands []int32) ([]int32, listing) {
	clear(l.counts)
	for _, in := range operands {
		l.counts[in]++
	}
	best := int32(-1)
	for _, in := range operands {
		earlier, ok := l.reader[in]
		if !ok || best >= 0 && !l.better(earlier, best) {
			continue
		}
		if l.lists(l.parts[earlier], len(operands)) {
			best = earlier
		}
	}
	l.parts[made] = operands
	for _, in := range operands {
		l.reader[in] = made
	}
	if best < 0 {
		return operands, listing{}
	}
	return l.split(best, operands)
}

func (l *listings) better(a, b int32) bool {
	if len(l.parts[a]) != len(l.parts[b]) {
		return len(l.parts[a]) > len(l.parts[b])
	}
	return a > b
}

// lists reports whether the concat at hand lists all of some tensors, and more.
func (l *listings) lists(parts []int32, operands int) bool {
	if len(parts) >= operands {
		return false
	}
	ok := true
	for _, p := range parts {
		l.counts[p]--
		ok = ok && l.counts[p] >= 0
	}
	for _, p := range parts {
		l.counts[p]++
	}
	return ok
}

// split puts an earlier concat in the place of what it joined.
func (l *listings) split(earlier int32, operands []int32) ([]int32, listing) {
	clear(l.counts)
	for _, p := range l.parts[earlier] {
		l.counts[p]++
	}
	inputs := []int32{earlier}
	var out listing
	for k, in := range operands {
		if l.counts[in] > 0 {
			l.counts[in]--
			out.again = append(out.again, k)
			continue
		}
		inputs = append(inputs, in)
		out.rest = append(out.rest, k)
	}
	return inputs, out
}
