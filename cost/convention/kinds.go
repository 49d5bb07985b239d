package convention

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// Kinds that most conventions charge alike.
const (
	convs      = "conv1d conv2d conv3d"
	transposed = "conv_transpose1d conv_transpose2d conv_transpose3d"
	linear     = "linear"
	attention  = "attention"
	matmul     = "matmul"
	norms      = "batchnorm layernorm groupnorm rmsnorm"
	windows    = "maxpool avgpool"
	globalPool = "global_avgpool"
	adaptive   = "adaptive_avgpool " + globalPool
	pools      = windows + " global_maxpool " + adaptive
	rectifiers = "relu relu6 leaky_relu prelu"
	smooth     = "elu gelu silu hard_swish hard_sigmoid sigmoid tanh softplus mish"
)

// products are all kinds whose work is products, and learners all that have parameters.
func products() string {
	return all(func(k *arch.Kind) bool { return k.WeightLayer() || k.Products })
}

func learners() string { return all((*arch.Kind).Learns) }

// all lists the kinds of which something is true.
func all(is func(*arch.Kind) bool) string {
	var names []string
	for _, k := range arch.Kinds() {
		if is(k) {
			names = append(names, k.Name)
		}
	}
	return strings.Join(names, " ")
}

// written are the spellings of code that calls modules or functions by name.
const written = "module function subclass"

// derived are the spellings of modules, types derived from the usual ones too.
const derived = "module subclass"

// params is the figure of all learned elements, as most tools print it.
func params(prints string) Figure {
	return Figure{Name: "params", Prints: prints, About: Parameters, Charges: []Charge{{On: learners(), Is: "params"}}}
}

// without is a list of kinds less some of them.
func without(kinds string, less ...string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(kinds), func(k string) bool { return slices.Contains(less, k) }), " ")
}
