package convention

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
)

// Spelling is how the code of a framework writes an operation. The result is the same, but tools see it differently.
type Spelling int

// The spellings. A module is an object that tools can hook, a function is called by its name in the framework's library, and an
// operator or method is all else that code can write.
const (
	Module   Spelling = iota
	Function          // F.relu(x), torch.add(x, y)
	Operator          // x + y, x @ y, x.mean(…)
	Keywords          // a module whose inputs are given by keyword, which hooks do not get to see
	Fused             // a module that runs in one function of the framework, as attention in torch 2
	Subclass          // a module of a type of its own, derived from the usual one
)

// spellings are the words for them.
var spellings = [...]string{"module", "function", "operator", "keywords", "fused", "subclass"}

// String is the word for the spelling in tables and notes.
func (s Spelling) String() string { return spellings[s] }

// usually is how most code writes an operation: merges by operators, concats and layers that move values by functions, and
// everything that has a module by the module.
func usually(op *trace.Operation) Spelling {
	k := op.Kind
	switch {
	case k.Merge && !k.Joins, k.Slices:
		return Operator
	case k.Joins, k.Reshapes, k.Source:
		return Function
	}
	return Module
}

// Respelling writes some kinds otherwise than an implementation does, as other code of the same network may.
type Respelling struct {
	Name    string // what is said of a match that needs it; empty for code as it is known
	Spelled []Spelled

	as map[string]Spelling // the same, by kind
}

// Respellings are those that [Search] tries, the known code first.
func Respellings() []Respelling { return slices.Clone(table().respellings) }

func respellings() []Respelling {
	activations := rectifiers + " " + smooth
	one := func(name, on string, as Spelling) Respelling {
		return Respelling{Name: name, Spelled: []Spelled{{On: on, As: as}}}
	}
	out := []Respelling{
		{},
		one("activations and pools as modules", activations+" "+pools, Module),
		one("activations as functions", activations, Function),
		one("the global pool as a function", globalPool, Function),
		one("the global pool as a mean", globalPool, Operator),
		one("attention called by position", attention, Module),
		one("attention in one function, as torch 2 runs it", attention, Fused),
		one("layer norms of a type of their own", "layernorm", Subclass),
		{Name: "layer norms of a type of their own, the global pool as a mean", Spelled: []Spelled{{On: "layernorm", As: Subclass}, {On: globalPool, As: Operator}}},
	}
	for k := range out {
		out[k].as = map[string]Spelling{}
		for _, s := range out[k].Spelled {
			for _, kind := range strings.Fields(s.On) {
				out[k].as[kind] = s.As
			}
		}
	}
	return out
}
