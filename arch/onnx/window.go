package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// windowArguments is how many arguments a layer has that slides a window, of a bias and groups among them.
const windowArguments = 7

// window reads strides, dilations and padding of what slides a kernel over extents.
func (c *call) window(kernel, extents []symbolic.Expr) (map[string]arch.Argument, error) {
	axes := len(extents)
	args := make(map[string]arch.Argument, windowArguments)
	args["kernel"] = numbers(kernel...)
	for _, of := range [...]struct{ attribute, name string }{{"strides", "stride"}, {"dilations", "dilation"}} {
		values := c.list(of.attribute)
		if values == nil {
			values = repeatedInt(1, axes)
		}
		if len(values) != axes {
			return nil, fmt.Errorf("%s are %d values for %d axes", of.attribute, len(values), axes)
		}
		args[of.name] = wholes(values...)
	}
	switch c.text("auto_pad", "NOTSET") {
	case "SAME_UPPER", "SAME_LOWER":
		args["padding"] = word(arch.SamePadding)
		return args, nil
	case "VALID":
		args["padding"] = word(arch.ValidPadding)
		return args, nil
	}
	pads := c.list("pads")
	if pads == nil {
		pads = repeatedInt(0, 2*axes)
	}
	if len(pads) != 2*axes {
		return nil, fmt.Errorf("pads are %d values for %d axes", len(pads), axes)
	}
	padding, more := make([]int64, axes), make([]int64, axes)
	uneven := false
	for k := range padding {
		begin, end := pads[k], pads[k+axes]
		if begin < 0 || end < 0 {
			return nil, fmt.Errorf("pads are negative")
		}
		padding[k] = min(begin, end)
		more[k] = max(begin, end) - padding[k]
		uneven = uneven || more[k] > 0
	}
	args["padding"] = wholes(padding...)
	if uneven {
		args["more_padding"] = wholes(more...)
	}
	return args, nil
}

func repeatedInt(v int64, n int) []int64 {
	out := make([]int64, n)
	for k := range out {
		out[k] = v
	}
	return out
}

// transposedWindow reads the window of a transposed convolution. An output shape that is asked for is reached by the padding.
func (c *call) transposedWindow(kernel, extents []symbolic.Expr) (map[string]arch.Argument, error) {
	args, err := c.window(kernel, extents)
	if err != nil {
		return nil, err
	}
	axes := len(extents)
	added := c.list("output_padding")
	if added == nil {
		added = repeatedInt(0, axes)
	}
	wanted := c.list("output_shape")
	if len(wanted) == axes+2 { // samples and channels too, in old files
		wanted = wanted[2:]
	}
	if len(added) != axes || wanted != nil && len(wanted) != axes {
		return nil, fmt.Errorf("output padding or shape has a wrong number of values")
	}
	switch {
	case wanted != nil:
		return c.reach(args, extents, wanted)
	case args["padding"].Word == arch.SamePadding: // stride times the extent, whatever is added
		return args, nil
	}
	added = slices.Clone(added)
	if more, uneven := args["more_padding"]; uneven {
		delete(args, "more_padding")
		even(args, more, added)
	}
	args["output_padding"] = numbers(ints(added...)...)
	return args, nil
}

// even takes away at both ends what uneven pads take away at one of them, as far as output padding does not make up for it; the
// same number of positions comes out.
func even(args map[string]arch.Argument, more arch.Argument, added []int64) {
	padding := slices.Clone(args["padding"].Values)
	for k := range added {
		n, _ := more.Values[k].Int64()
		if added[k] -= n; added[k] < 0 {
			both := (1 - added[k]) / 2
			padding[k].Expr = padding[k].Add(symbolic.Int(both))
			added[k] += 2 * both
		}
	}
	args["padding"] = arch.Argument{Values: padding}
}

// reach chooses padding so that the wanted extents come out.
func (c *call) reach(args map[string]arch.Argument, extents []symbolic.Expr, wanted []int64) (map[string]arch.Argument, error) {
	padding, added := make([]int64, len(wanted)), make([]int64, len(wanted))
	one := symbolic.Int(1)
	for k, want := range wanted {
		stride, dilation, kernel := args["stride"].Values[k].Expr, args["dilation"].Values[k].Expr, args["kernel"].Values[k].Expr
		full := extents[k].Sub(one).Mul(stride).Add(dilation.Mul(kernel.Sub(one))).Add(one)
		over, ok := full.Sub(symbolic.Int(want)).Int64()
		if !ok {
			return nil, fmt.Errorf("an output shape that depends on open dimensions")
		}
		padding[k] = max(0, (over+1)/2)
		added[k] = 2*padding[k] - over
	}
	delete(args, "more_padding")
	args["padding"], args["output_padding"] = numbers(ints(padding...)...), numbers(ints(added...)...)
	return args, nil
}
