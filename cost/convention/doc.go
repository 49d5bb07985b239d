// Package convention says whose counting gives a number: under which convention a network has a printed figure.
//
// Papers, model cards and tools print different figures for one network, because they count operations other than
// multiply-accumulates (biases, norms, activations, pools) differently, and because most tools only see some of the operations.
// A [Convention] is such a way of counting as data: a formula for each kind of operation, and its other properties. [Count]
// sums a network up once; every convention is then a weighted sum of the same totals.
//
//	tally, err := convention.Count(t, convention.Options{})
//	c, err := convention.Named("fvcore")
//	value := c.Figures[0].Of(tally, convention.Reading{})
//
// What a tool sees of an operation depends on how the code spells it: as a module, a function or an operator. Shipped networks
// are counted as their well-known code spells them ([Implementations]), all others as most code would. [Search] also tries
// other meanings of a figure: other input sizes, twice the multiply-accumulates, auxiliary heads, other spellings.
package convention
