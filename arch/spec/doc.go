// Package spec reads and writes networks as YAML.
//
// A file is a map with these keys:
//
//	name     what the network is called (required)
//	source   where it is defined: paper and section, or model card
//	symbols  named numbers with defaults; a default may be a fraction or an expression of other symbols
//	free     the symbols that closed formulas leave free; all, unless said
//	presets  named members of the family: values for some of the symbols
//	input    width (channels, units), then up to three spatial extents; no batch
//	samples  how many samples the input carries along its first axis, as networks read from a graph may; 1 unless said
//	blocks   reusable lists of steps; parameters stand behind the name: unit(out, kernel=3, steps body, from left), where steps
//	         marks a parameter that is a list of steps, and from one that is a tensor
//	steps    what happens to the input, in order (required)
//
// A step is one of
//
//	relu                            a layer or block without arguments; identity does nothing
//	linear: N                       a layer and its most obvious argument
//	conv: {out: 2*k, kernel: 3}     a layer or block and its arguments
//	add: [identity, [unit, unit]]   a merge of paths: add, concat, multiply, mean, the sums with learned weights, and the merges of
//	                                graphs (subtract, divide, maximum, minimum, where, matmul); a path is a step or a list of
//	                                steps, and the identity is the empty path
//	concat: {from: [x, y]}          a merge of named tensors
//	dot_product_attention: {from: [q, k, v], heads: 8}
//	                                a merge that takes arguments; its paths are under from or paths
//	concat: {list: [identity, unit]}
//	                                a concat that each of its readers computes anew from the list of all parts (of a list of one
//	                                part, a copy), as torchvision's DenseNet does; the costs are the same, the memory is not
//	repeat: {times: n, steps: […]}  steps that run n times; n may be an expression
//	repeat: {times: n, links: log2, steps: […]}
//	                                iterations that read the concat of several earlier ones: dense, once, log2, harmonic or
//	                                {window: m}; in expressions, links is the number of tensors that an iteration reads (not for
//	                                dense). gather: all, layers, odd, next or last says which layers are the output: by default all
//	                                for dense and once, the last and the odd ones for harmonic, and for log2 and window those that
//	                                a next iteration would read. gather: weighted, channels, gated, dynamic, mean or softmax takes
//	                                a sum of the layers instead of the concat; with dense links, dilation, period and block then
//	                                say which layers are read, and ways: [q, k] names further sums of them for the steps
//	streams: {count: n, steps: […]} hyper-connections: n copies of the input run through the steps side by side and are added up at
//	                                the end. At each add of the identity and a branch, also in repeats and blocks, the branch reads
//	                                a learned sum of the streams, each stream takes a learned share of the output of the branch,
//	                                and the streams are mixed. form: dynamic adds to these weights by the content of each stream,
//	                                form: mhc computes them from all streams, so that mixing keeps their sum; fractions: m in place
//	                                of count cuts the input into m parts
//	{if: n > 1, then: […], else: […]}
//	                                the steps that a comparison chooses (==, !=, <, <=, >, >=); without an else, possibly none. The
//	                                outcome must be known: a comparison that depends on free symbols is refused. Inside of an if a
//	                                block may use itself, with a number that is smaller each time
//	let: {m: c/2}                   numbers with a name, for the steps behind it
//	body                            in a block, the steps that it was given for the parameter body
//	couple: [F, G]                  an additive coupling of the two halves of the input; a repeat of such steps may be
//	                                reversible: true, so that it keeps only the output of its last iteration
//	{unit: , checkpoint: true}      a layer, block or merge whose inner tensors the backward pass computes again, with checkpoint: all
//	                                its output too; in streams and repeats that gather, those of the mixing and the sums
//	{unit: , survives: 9/10}        one that runs in that share of the training steps (stochastic depth)
//	head: […]                       a side path whose result is one more output
//	head: {training: […]}           a side path that only runs while training
//	from: x                         go on with the tensor named x
//	[batchnorm, relu]               a list in place of a step
//
// and a step written as a map may also have as: x, which names its output, and from: x, which makes it read the tensor named
// x. A name can be read behind its step, in the same list and in the paths and repeats inside it. A block reads no names from
// outside but the tensors that it is given, and input, which is the input of the block or of the network.
//
// Wherever a number may stand an expression may: + - * / ^ and brackets, floor, ceil, round, multiple, min, max, the symbols, the
// parameters of the block, c for the incoming width, width(x) and extent(x, 2) for those of a tensor, and i for the index of the
// innermost repeat, from 0. Numbers are whole, fractions or decimals, which are exact: 1.4 is 7/5.
// Padding is same unless said, for pools too. A bias is off unless asked; frameworks differ. A layer that says shared: x uses
// the weights of the layer named x, which count there; shared: true those of a layer that has no name.
//
// Every mistake is reported with its line, column and a hint, several in one run. Limits keep hostile files harmless:
// [MaxBytes], [MaxTokens], [MaxDepth], [MaxNames], [arch.MaxProblems], [symbolic.Products].
// Anchors and aliases are refused; blocks say things once.
package spec
