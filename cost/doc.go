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
package cost
