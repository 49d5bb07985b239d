// Package flow says what a network carries at initialisation, from its trace alone: paths, and signal and gradient.
//
// Paths are exact for every network. A path leads from the input to an output through one operand at each merge, and its length
// is the number of weight layers on it. The path polynomial Σ z^length multiplies along a chain and adds over a merge; only a
// jet of it is kept, the value and two derivatives at z = 1, so that it is never expanded. A repeat is an affine map x ← a·x +
// h from the ways behind an iteration to those in front of it (h are the ways to heads in its body, and tensors outside that it
// reads get their part of each x). Its powers and sums close in the number of iterations, which may be a symbol.
//
// Signal and gradient are expectations over the initial weights (mean field). A tensor has, for runs of channels that are
// alike, the mean over channels m, the second moment of the channel means u and the second moment q; and the gradient has G,
// its expected squared norm for a random unit cotangent at each output. Each kind of layer has one [Rule] for how these change,
// which states its assumptions. G is kept as a jet, too: every path carries a share of the gradient, and the mean length under
// these shares is the effective path.
//
// A number stays an exact expression as long as every step that leads to it is exact, else it is a float, and marked as the
// model that it is. Repeats whose steps are exact close: as a power, as a product over the index, or as a system of runs of
// channels. The iterations of other repeats are computed one by one until they settle, each repeating the one before up to a
// factor, or drift, each adding the same amount; repeats whose layers grow with the index are written out. Behind a layer
// without a rule nothing is known, and the result names the layer.
package flow
