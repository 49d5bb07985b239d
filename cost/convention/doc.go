// Package convention says whose number a number is: by which counting convention a network costs that much.
//
// Papers, model cards and tools print different figures for one network, because they charge differently for what is not a
// multiply-accumulate (biases, norms, activations, pools), and because most tools only see some of what runs. A [Convention] is
// such a way of counting as data: a formula for each kind of operation, and by name what else sets it apart. [Count] sums a
// network up once; every convention is then a weighing of the same sums.
//
//	tally, err := convention.Count(t, convention.Options{})
//	c, err := convention.Named("fvcore")
//	value := c.Figures[0].Of(tally, convention.Reading{})
//
// What a tool sees of an operation depends on how the code spells it: as a module, a function or an operator. Networks that are
// shipped are counted as their well-known code spells them ([Implementations]), all others as most code would. [Search] tries
// what else a figure may stand for: other input sizes, twice the multiply-accumulates, auxiliary heads, other spellings.
package convention
