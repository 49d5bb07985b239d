package convention

import (
	"slices"
	"strings"
)

// Kinds that most conventions charge alike.
const (
	convs      = "conv1d conv2d conv3d"
	transposed = "conv_transpose1d conv_transpose2d conv_transpose3d"
	linear     = "linear"
	attention  = "attention"
	matmul     = "matmul"
	products   = convs + " " + transposed + " " + linear + " " + attention + " " + matmul + " rnn gru lstm"
	norms      = "batchnorm layernorm groupnorm rmsnorm"
	windows    = "maxpool avgpool"
	globalPool = "global_avgpool"
	adaptive   = "adaptive_avgpool " + globalPool
	pools      = windows + " global_maxpool " + adaptive
	rectifiers = "relu relu6 leaky_relu prelu"
	smooth     = "elu gelu silu hard_swish hard_sigmoid sigmoid tanh softplus mish"
	learners   = convs + " " + transposed + " " + linear + " " + attention + " " + norms + " rnn gru lstm embedding class_token position_embedding parameter scale shift prelu"
)

// written are the spellings of code that calls modules or functions by name.
const written = "module function"

// params is the figure of all learned elements, as most tools print it.
func params(prints string) Figure {
	return Figure{Name: "params", Prints: prints, About: Parameters, Charges: []Charge{{On: learners, Is: "params"}}}
}

// without is a list of kinds less some of them.
func without(kinds string, less ...string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(kinds), func(k string) bool { return slices.Contains(less, k) }), " ")
}
