package wire

import (
	"slices"
	"strings"
)

// Attributes are the attributes of a node, sorted by their names, which are distinct.
type Attributes []*Attribute

// NewAttributes are attributes of different names.
func NewAttributes(list ...*Attribute) Attributes {
	a := Attributes(slices.Clone(list))
	a.sort()
	return a
}

// Named is the attribute of a name; nil if there is none.
func (a Attributes) Named(name string) *Attribute {
	if k, found := slices.BinarySearchFunc(a, name, func(one *Attribute, name string) int { return strings.Compare(one.Name, name) }); found {
		return a[k]
	}
	return nil
}

// sort puts attributes in order, and returns one whose name another one before it has; nil if there is none.
func (a Attributes) sort() (twice *Attribute) {
	slices.SortStableFunc(a, func(x, y *Attribute) int { return strings.Compare(x.Name, y.Name) })
	for k := range len(a) - 1 {
		if a[k].Name == a[k+1].Name {
			return a[k+1]
		}
	}
	return nil
}
