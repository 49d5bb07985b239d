package convention

import (
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/internal/choose"
)

// Convention is one way to count: that of a version of a tool, or of published figures.
type Convention struct {
	Name     string
	Also     []string // other names by which it may be asked for
	Version  string   // of the tool, and its commit; or where the figures are published
	Sees     string   // what of a network it gets to see
	Quirks   []string // what sets it apart, one sentence each
	Calls    Calls    // of a module that is called several times
	Folded   bool     // counts the graph that exporters write, in which norms are folded into the products before them
	Headless bool     // leaves out the layer that puts the result out, the classifier, whose params count all the same
	Figures  []Figure // what it prints; the first one is meant where only the convention is named
}

// Calls says which calls of one module count.
type Calls int

// Which calls count.
const (
	EveryCall Calls = iota
	FirstCall
	LastCall
)

// Doc says which calls count.
func (c Calls) Doc() string {
	return [...]string{"each call of a module", "only the first call of a module", "only the last call of a module"}[c]
}

// Subject is the kind of thing that a figure counts.
type Subject string

// What figures are about.
const (
	Work        Subject = "macs" // multiply-accumulates, or operations of which a multiply-accumulate is one or two
	Parameters  Subject = "params"
	Activations Subject = "activations"
	Memory      Subject = "memory" // bytes
)

// Figure is one of the numbers that a convention prints.
type Figure struct {
	Name   string // among those of the convention
	Prints string // the words by which the tool prints it
	About  Subject
	Twice  bool // a multiply-accumulate is two
	// Headless says that the figure leaves out the last weight layer, the classifier.
	Headless bool
	// Called says that only layers that run at inference have parameters: heads that only run while training have none.
	Called  bool
	Charges []Charge

	parent *Convention
	weighs map[string][]weighing // of each kind, compiled
	times  []*big.Rat            // what it may be multiplied by, see multiplesOf
}

// Charge is the cost of a call of some kinds of layers. A kind without a charge costs nothing.
type Charge struct {
	On string // kinds, with spaces between them
	As string // the spellings it is for, with spaces between them; empty for all
	Is string // the formula, over the names of [Measures]
	// Fails is the reason why the tool gives no figure for a network with such calls for which Is is not 0; empty if it gives
	// one.
	Fails string
}

// Operations names the kinds of a charge, groups of kinds by their words.
func (c Charge) Operations() string {
	switch c.On {
	case learners():
		return "all that learn"
	case products():
		return "all products"
	}
	on := strings.NewReplacer(convs, "conv", transposed, "conv_transpose").Replace(c.On)
	return strings.Join(strings.Fields(on), ", ")
}

// Key is the name by which a figure is asked for: that of the convention, followed by its own unless it is the first.
func (f *Figure) Key() string {
	if f == &f.parent.Figures[0] {
		return f.parent.Name
	}
	return f.parent.Name + ":" + f.Name
}

// Convention is the convention of the figure.
func (f *Figure) Convention() *Convention { return f.parent }

// Conventions lists all conventions, tools first.
func Conventions() []*Convention { return slices.Clone(table().conventions) }

// Named is the convention of a name. The error is *choose.UnknownError.
func Named(name string) (*Convention, error) {
	return choose.Named("convention", name, table().conventions, func(c *Convention) []string { return append([]string{c.Name}, c.Also...) })
}

// FigureNamed is the figure of a key: fvcore is the first one of fvcore, fvcore:activations another. The error is
// *choose.UnknownError.
func FigureNamed(key string) (*Figure, error) {
	var all []*Figure
	for _, c := range table().conventions {
		for k := range c.Figures {
			all = append(all, &c.Figures[k])
		}
	}
	return choose.Named("convention", key, all, (*Figure).keys)
}

// keys are the names by which a figure may be asked for.
func (f *Figure) keys() []string {
	keys := []string{f.Key(), f.parent.Name + ":" + f.Name}
	for _, name := range f.parent.Also {
		keys = append(keys, name+":"+f.Name)
		if f == &f.parent.Figures[0] {
			keys = append(keys, name)
		}
	}
	return keys
}
