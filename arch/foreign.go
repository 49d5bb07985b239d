package arch

import (
	"slices"
	"strings"
)

// foreign is a row of names that other tools use for one thing, with the name that it has here.
type foreign struct {
	names string // separated by spaces
	here  string // empty where there is nothing to say
	why   string // how to say it, where the name here is not all
	with  string // the names mean this in layers with this parameter; empty for all layers
}

// foreignParameters are the parameters of PyTorch, Keras and ONNX that people write first.
func foreignParameters() []foreign {
	return []foreign{
		{names: "out_channels out_features filters units output_channels num_outputs hidden_size embedding_dim output_dim", here: "out"},
		{names: "window_size", here: "window", with: "heads"}, // of an attention
		{names: "kernel_size kernel_shape pool_size filter_size window_size", here: "kernel"},
		{names: "strides", here: "stride"},
		{names: "pad pads", here: "padding"},
		{names: "dilations dilation_rate", here: "dilation"},
		{names: "group num_groups", here: "groups"},
		{names: "use_bias", here: "bias"},
		{names: "ceil_mode", here: "ceil"},
		{names: "elementwise_affine", here: "affine"},
		{names: "num_heads nhead n_heads n_head head", here: "heads"},
		{names: "num_kv_heads num_key_value_heads n_kv_heads", here: "kv_heads"},
		{names: "head_dim key_dim", here: "inner", why: "inner is the width of all heads together"},
		{names: "num_embeddings input_dim vocab_size", here: "vocab"},
		{names: "scale_factor factor", here: "scale"},
		{names: "output_size", here: "size"},
		{names: "p prob drop_rate", here: "rate"},
		{names: "bidirectional", here: "directions", why: "write directions: 2"},
		{names: "in_channels in_features input_channels input_size num_features num_channels normalized_shape d_model embed_dim channels input_shape",
			why: "the incoming width is that of the step before: leave it out"},
		{names: "dim", here: "out", with: "vocab"}, // of an embedding
		{names: "dim axis", why: "layers work along the width, which is that of the step before: leave it out"},
		{names: "kernel_initializer weight_init initializer", here: "init"},
		{names: "zero_init gamma_init gamma_initializer", here: "mean_square", why: "mean_square: 0 lets the scale begin at 0"},
		{names: "sliding_window", here: "window"},
		{names: "num_experts n_experts num_local_experts", here: "count", with: "active"},
		{names: "top_k topk k num_experts_per_tok", here: "active", with: "count"},
		{names: "intermediate_size ffn_dim ff_dim d_ff hidden_dim", here: "hidden"},
		{names: "causal is_causal mask attn_mask", why: "no cost depends on it: leave it out; window: w lets each position see the last w alone"},
		{names: "rope rotary rotary_emb use_rope", with: "kv_heads", why: "rotations have no weights and are no product: leave it out"},
		{names: "batch_first return_sequences", why: "no cost depends on it: leave it out"},
		{names: "dropout attn_drop attn_dropout", why: "a dropout is a step of its own, after this one"},
		{names: "inplace", why: "leave it out: --inplace says it for the whole network"},
		{names: "num_layers", why: "repeat stacks layers, as in repeat: {times: 2, steps: [lstm: 64]}"},
		{names: "padding_mode", why: "no cost depends on it: leave it out"},
		{names: "eps epsilon momentum track_running_stats", why: "no cost depends on it: leave it out"},
		{names: "activation", why: "an activation is a step of its own, after this one"},
		{names: "as from", why: "it stands beside the layer, not inside it: {conv: {out: 16}, as: x}"},
		{names: "name id label", why: "as: x beside the layer names what comes out of it"},
	}
}

// foreignKinds are the layers of other tools whose names no misspelling leads to.
func foreignKinds() []foreign { return slices.Concat(foreignLayers(), foreignModules()) }

// foreignLayers are names of layers that are one layer here.
func foreignLayers() []foreign {
	return []foreign{
		{names: "dense fc fully_connected gemm matmul_weight", here: "linear"},
		{names: "convolution convolution2d", here: "conv"},
		{names: "conv1x1 conv3x3 conv5x5 conv7x7 conv_1x1 conv_3x3", here: "conv", why: "the kernel is an argument, as in conv: {out: 64, kernel: 3}"},
		{names: "conv2dtranspose convtranspose convtranspose1d convtranspose2d convtranspose3d deconv deconvolution conv_transposed transposed_conv transpose_conv transposed_convolution upconv", here: "conv_transpose"},
		{names: "depthwise depthwise_conv depthwiseconv2d dwconv", here: "conv", why: "a depthwise convolution is conv: {out: c, kernel: 3, groups: c}"},
		{names: "bn batchnorm1d batchnorm2d batchnorm3d batchnormalization batch_norm", here: "batchnorm"},
		{names: "ln layernormalization layer_norm", here: "layernorm"},
		{names: "gn groupnormalization group_norm", here: "groupnorm"},
		{names: "maxpool1d maxpool2d maxpool3d maxpooling maxpooling2d max_pool2d", here: "maxpool"},
		{names: "avgpool1d avgpool2d avgpool3d averagepool averagepooling2d avg_pool2d", here: "avgpool"},
		{names: "adaptiveavgpool2d adaptiveavgpool", here: "adaptive_avgpool"},
		{names: "gap globalaveragepool globalaveragepooling2d global_average_pool", here: "global_avgpool"},
		{names: "instancenorm instancenorm1d instancenorm2d instancenorm3d instance_norm", here: "groupnorm", why: "it is a group norm with a group for each channel: groupnorm: {groups: c, affine: false}"},
		{names: "layerscale layer_scale", here: "scale"},
		{names: "cross_attention crossattention", here: "attention", why: "write attention: {heads: 8, memory: x}, for keys and values of the tensor x"},
		{names: "moe mixture_of_experts sparse_moe", here: "experts"},
		{names: "patch_merging patchmerging space_to_depth pixel_unshuffle focus", here: "reshape", why: "write reshape: [4*c, 28, 28], where 28 is half the extent"},
		{names: "positional_encoding position_encoding positional_embedding pos_embed pos_embedding", here: "position_embedding"},
		{names: "cls_token", here: "class_token"},
		{names: "globalmaxpool globalmaxpooling2d global_max_pool", here: "global_maxpool"},
		{names: "upsampling upsampling2d interpolate", here: "upsample"},
		{names: "unpool max_unpool maxunpool maxunpool2d", here: "upsample", why: "write upsample: 2, whose output has the same shape"},
		{names: "bilstm", here: "lstm", why: "write lstm: {out: 64, directions: 2}"},
		{names: "bigru", here: "gru", why: "write gru: {out: 64, directions: 2}"},
		{names: "multiheadattention mha self_attention multihead_attention", here: "attention"},
		{names: "swish", here: "silu"},
		{names: "quick_gelu gelu_new gelu_tanh", here: "gelu"},
		{names: "leakyrelu", here: "leaky_relu"},
		{names: "dropout1d dropout2d", here: "dropout"},
		{names: "cat concatenate", here: "concat"},
		{names: "sum residual skip shortcut", here: "add", why: "a residual is add: [identity, [relu, linear: c]]"},
		{names: "mul", here: "multiply"},
		{names: "pixel_shuffle pixelshuffle", here: "reshape", why: "write reshape: [c/4, 56, 56], where 56 is twice the extent"},
		{names: "abs neg negative sin cos tan square rsqrt reciprocal sign", here: "elementwise"},
		{names: "selu celu", here: "elu"},
		{names: "rrelu", here: "leaky_relu"},
		{names: "hardtanh clamp", here: "clip"},
		{names: "hswish h_swish", here: "hard_swish"},
		{names: "hsigmoid h_sigmoid", here: "hard_sigmoid"},
		{names: "pool pooling pool2d mean_pool", here: "avgpool", why: "write maxpool: 2 or avgpool: 2"},
		{names: "global_average_pooling2d globalaveragepooling1d", here: "global_avgpool"},
		{names: "squeeze unsqueeze unflatten", here: "reshape"},
		{names: "split chunk", here: "slice", why: "one half is slice: {count: c/2}, the other slice: {count: c/2, start: c/2}"},
		{names: "channel_shuffle channelshuffle", here: "shuffle"},
		{names: "bilinear", here: "upsample", why: "write upsample: {scale: 2, mode: bilinear}"},
		{names: "flash_attention flashattention", here: "attention"},
		{names: "mqa gqa multiqueryattention groupedqueryattention", here: "attention", why: "write attention: {heads: 8, kv_heads: 2}"},
		{names: "group_conv groupconv dilated_conv atrous_conv causal_conv", here: "conv", why: "groups and dilation are arguments, as in conv: {out: c, kernel: 3, groups: 2}; causal or not, the cost is the same"},
		{names: "pointwise pointwise_conv", here: "conv", why: "write conv: {out: 64, kernel: 1}"},
		{names: "stochastic_depth", here: "drop_path"},
		{names: "view", here: "reshape"},
		{names: "permute transpose", why: "layers work along the width, whatever its axis is elsewhere: leave it out; where they are to mix positions, reshape: [P, c] makes those the width"},
	}
}

// foreignModules are names of what is written out here, or is no layer.
func foreignModules() []foreign {
	return []foreign{
		{names: "window_attention windowattention shifted_window_attention", why: "a reshape makes the windows samples: skipcost explain language has an example"},
		{names: "glu swiglu geglu", why: "write its gate out, as in multiply: [[linear: 2*c, silu], linear: 2*c]"},
		{names: "se squeeze_excite squeeze_excitation selayer", why: "write its gate out, as in multiply: [identity, [global_avgpool, linear: c/16, relu, linear: 16*c, sigmoid]]"},
		{names: "patch_embed patch_embedding patchembed patchify", why: "write conv: {out: 768, kernel: 16, stride: 16, bias: true}, and tokens behind it"},
		{names: "activation act nonlinearity", why: "an activation is a step by its own name, as in relu"},
		{names: "linear_attention", why: "write it out of linear, multiply and matmul"},
		{names: "mamba ssm", why: "mamba2 is another layer, with other costs: write this one out"},
		{names: "mlp ffn feedforward feed_forward", why: "write it out, as in linear: {out: 4*c, bias: true}, gelu, linear: {out: c/4, bias: true}"},
		{names: "separable_conv separableconv2d", why: "write conv: {out: c, kernel: 3, groups: c}, and conv: {out: 64, kernel: 1} behind it"},
		{names: "convlstm", why: "write its gates out as convolutions"},
		{names: "weight_norm weightnorm", why: "scale behind the layer has as many learned numbers"},
		{names: "rope rotary rotary_embedding", why: "rotations have no weights and are no product: leave it out"},
		{names: "norm", why: "write batchnorm, layernorm, groupnorm or rmsnorm"},
		{names: "name id label", why: "as: x beside the layer names what comes out of it"},
		{names: "type op class", why: "a step begins with its layer, as in conv: {out: 8, kernel: 3}"},
		{names: "for loop while times", why: "write repeat: {times: 3, steps: [linear: c]}"},
		{names: "sequential", why: "a list of steps needs no name"},
	}
}

// foreignKeys are names that people give to the parts of a file.
func foreignKeys() []foreign {
	return []foreign{
		{names: "layers model net network architecture modules forward body", here: "steps"},
		{names: "inputs input_shape input_size shape", here: "input"},
		{names: "params parameters variables vars constants config hyperparameters", here: "symbols"},
		{names: "functions definitions defs macros submodules", here: "blocks"},
		{names: "title", here: "name"},
		{names: "batch batch_size", why: "--batch says how many samples there are"},
	}
}

// ForeignKey translates a name for a part of a file to one of those known, likewise.
func ForeignKey(name string, known []string) (here, hint string) {
	return translated(foreignKeys(), name, known)
}

// ForeignParameter translates a parameter of other tools for a layer with the parameters given: its name here, if it has one,
// and a hint. Both are empty for a name that is not known.
func ForeignParameter(name string, parameters []string) (here, hint string) {
	return translated(foreignParameters(), name, parameters)
}

// ForeignKind translates the name of a layer of other tools, likewise.
func ForeignKind(name string) (here, hint string) {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return translated(foreignKinds(), name, names)
}

// translated looks up a foreign name, whose meaning must be among the names here.
func translated(table []foreign, name string, known []string) (here, hint string) {
	for _, f := range table {
		if !slices.Contains(strings.Fields(f.names), strings.ToLower(name)) {
			continue
		}
		if f.here != "" && !slices.Contains(known, f.here) || f.with != "" && !slices.Contains(known, f.with) {
			continue
		}
		if f.why != "" {
			return f.here, f.why
		}
		return f.here, "it is called " + f.here + " here"
	}
	return "", ""
}
