package rewrite

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Change is what a skip is rewritten to.
type Change string

// The changes. ToAdd and ToConcat join the same paths the other way; ToDense is a concat whose body outputs a growth rate;
// Cut leaves the trunk alone.
const (
	ToAdd    Change = "add"
	ToConcat Change = "concat"
	ToDense  Change = "densenet"
	Cut      Change = "none"
)

// Changes lists them in the order documentation shows them.
func Changes() []Change { return []Change{ToAdd, ToConcat, ToDense, Cut} }

// Edit rewrites one link. A merge that becomes an add or a concat is one for all its links.
type Edit struct {
	Link Link
	To   Change
	// Growth is the width that the body's last layer outputs under ToDense.
	Growth symbolic.Expr
	// DropProjections takes away projections of the shortcut that only made widths meet, which a concat does not need.
	DropProjections bool
}

// ParseChange returns the named change.
func ParseChange(name string) (Change, error) {
	var names []string
	for _, c := range Changes() {
		if string(c) == name {
			return c, nil
		}
		names = append(names, string(c))
	}
	if near := arch.Nearest(name, names); near != "" {
		return "", fmt.Errorf("unknown kind of skip %q, did you mean %s?", name, near)
	}
	return "", fmt.Errorf("unknown kind of skip %q, known are %s", name, strings.Join(names, ", "))
}
