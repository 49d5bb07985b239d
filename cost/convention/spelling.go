package convention

import (
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// Spelling is how the code of a framework writes an operation. What is computed is the same; what a tool sees of it is not.
type Spelling int

// The spellings. A module is an object that tools can hook, a function is called by its name in the framework's library, and an
// operator or method is all else that code can write.
const (
	Module   Spelling = iota
	Function          // F.relu(x), torch.add(x, y)
	Operator          // x + y, x @ y, x.mean(…)
	Keywords          // a module whose inputs are given by keyword, which hooks do not get to see
	Fused             // a module that runs in one function of the framework, as attention in torch 2
)

// spellings are the words for them.
var spellings = [...]string{"module", "function", "operator", "keywords", "fused"}

// String is the word for the spelling in tables and notes.
func (s Spelling) String() string { return spellings[s] }

// usually is how most code writes an operation: merges by operators, concats and what moves values by functions, and whatever
// there is a module for by that.
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
	Name string // what is said of a match that needs it; empty for code as it is known
	On   string // kinds
	As   Spelling

	on map[string]bool // the same kinds
}

// Respellings are those that [Search] tries, the known code first.
func Respellings() []Respelling { return slices.Clone(table().respellings) }

func respellings() []Respelling {
	activations := rectifiers + " " + smooth
	return []Respelling{
		{},
		{Name: "activations and pools as modules", On: activations + " " + pools, As: Module},
		{Name: "activations as functions", On: activations, As: Function},
		{Name: "the global pool as a function", On: globalPool, As: Function},
		{Name: "the global pool as a mean", On: globalPool, As: Operator},
		{Name: "attention called by position", On: attention, As: Module},
		{Name: "attention in one function, as torch 2 runs it", On: attention, As: Fused},
	}
}
