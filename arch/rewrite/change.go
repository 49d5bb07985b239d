package rewrite

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
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
func ParseChange(name string) (Change, error) { return choose.Word("kind of skip", name, Changes()) }
