// Package cost says what a network costs: parameters, buffers, multiply-accumulates, floating-point operations,
// activations and bytes, as exact expressions.
//
// There is one [Rule] for each kind of layer: a value with its formulas as text, what they count, and their source. `skipcost
// explain` prints it, and [Of] evaluates the same text. The cost of a repeat is the sum of its body's cost over the index, in
// closed form where there is one.
//
// What is counted, per the whole batch: macs are the multiply-accumulates of convolutions, linear layers, attention and
// other matrix products, padded positions included, bias adds not; flops are 2·macs + bias adds + element-wise work of
// the inference pass. Papers and model cards that write "FLOPs" for CNNs mean macs.
//
// # Where what is
//
//	rule, rules_…, variables, keeps, product   what a kind of layer costs and keeps, as data
//	quantity, quantities_…                     what can be asked for, a row each, with the way it is computed
//	of, layer, summary                         the sum over a trace, its layers one by one, and the closed form
//	memory, framework, precision, autocast     how tensors are stored and layers run: options as data
//	peak, timeline, peaks, cutmemory           what is in memory while a forward pass runs
//	saved…, recorded, checkpoint, gradients    what training keeps, and which gradients it computes
//	step…                                      what is in memory over a training step
//	skips, cuts, cut…                          what each link causes: the network against that without it
//	swap, described, equal, nearest            the network with other links, also at an equal cost
package cost
