package zoo

import (
	"strings"
	"testing"

	"github.com/skipcost/skipcost/arch/trace"
)

// figures are what one network comes to.
type figures struct {
	params, norm, bias, macs, out, cio int64
	convTransposed, linear             int64 // parts of macs
	active                             int64 // params that a place goes through
}

// count loops over the layers of a network that is written out.
func count(t *testing.T, resolved *trace.Trace) figures {
	var f figures
	for _, op := range resolved.Operations() {
		if of := countedKinds[plainKind(op.Kind.Name)]; of != nil {
			of(newCounted(t, &f, op))
		}
	}
	f.params += f.norm + f.bias
	f.active += f.params
	return f
}

// plainKind is conv for conv2d.
func plainKind(kind string) string {
	for _, axes := range []string{"1d", "2d", "3d"} {
		kind = strings.TrimSuffix(kind, axes)
	}
	return kind
}

// counted is an operation that is being counted.
type counted struct {
	*figures
	t          *testing.T
	op         *trace.Operation
	cin, cout  int64 // widths
	read, made int64 // elements
	places     int64 // a weight is used once per place
}

func newCounted(t *testing.T, f *figures, op *trace.Operation) *counted {
	in, out := op.Output.Shape, op.Output.Shape
	if len(op.Inputs) > 0 {
		in = op.Inputs[0].Shape
	}
	c := &counted{figures: f, t: t, op: op, cin: whole(t, in.Width), cout: whole(t, out.Width), read: elements(t, in), made: elements(t, out)}
	c.places = c.made / c.cout
	return c
}

// of is an argument of the operation.
func (c *counted) of(name string) int64 { return whole(c.t, c.op.Args.Value(name)) }

// paths is how many tensors the operation reads.
func (c *counted) paths() int64 { return int64(len(c.op.Inputs)) }

// product counts a product with weights, and a bias where there is one.
func (c *counted) product(weights int64) {
	c.bias += c.cout * c.of("bias")
	if !c.op.Shared() {
		c.params += weights
	}
	if c.op.Training {
		return // heads that only run while training
	}
	c.macs += weights * c.places
	c.out += c.made
}

// conv counts a convolution, each of whose weights is used once per place.
func (c *counted) conv() int64 {
	weights := c.cin * c.cout / c.of("groups")
	for _, k := range c.op.Args.Axes("kernel") {
		weights *= whole(c.t, k)
	}
	c.cio += c.read + c.made
	return weights
}

// values counts learned values: as many as are made, or as are said.
func (c *counted) values(whereAll int64) {
	if c.op.Args.Word("values") != "" {
		c.params += whereAll
	} else {
		c.params += c.of("values")
	}
}

// countedKinds count the kinds that learn or multiply.
var countedKinds = map[string]func(*counted){
	"linear": func(c *counted) {
		c.linear += c.cin * c.cout * c.places
		c.product(c.cin * c.cout)
	},
	"conv": func(c *counted) { c.product(c.conv()) },
	"conv_transpose": func(c *counted) {
		weights := c.conv()
		c.places = c.read / c.cin
		c.convTransposed += weights * c.places
		c.product(weights)
	},
	"batchnorm": func(c *counted) { c.norm += 2 * c.cin },
	"groupnorm": func(c *counted) { c.params += 2 * c.cin },
	"layernorm": func(c *counted) { c.params += 2 * c.cin * c.of("affine") },
	"rmsnorm": func(c *counted) {
		if !c.op.Shared() {
			c.params += c.cin * c.of("affine")
		}
	},
	"scale":     func(c *counted) { c.values(c.cin) },
	"shift":     func(c *counted) { c.values(c.cin) },
	"parameter": func(c *counted) { c.values(c.made) },
	"weighted":  func(c *counted) { c.params += c.paths() * c.of("ways") }, // a number for each path and sum
	"channel_sum": func(c *counted) { // for each channel too
		c.params += c.paths() * c.cout
	},
	"gated_sum": func(c *counted) { // and a vector for each sum
		c.params += c.paths()*c.cout + c.cout
	},
	"dynamic_sum": func(c *counted) { // a layer to as many units as numbers, one to the numbers, and a shift
		numbers := c.paths() * c.of("ways")
		c.params += numbers * (c.cin + numbers + 1)
		c.macs += c.places * (numbers*(c.cin+numbers) + c.paths()*c.cout)
	},
	"mix": func(c *counted) { // each stream that comes out is a sum over those that come in
		c.params += c.of("streams") * c.of("into")
		c.macs += c.of("streams") * c.made
		c.out += c.made
	},
	"depth_attention":    func(c *counted) { c.params += 2 * c.cin }, // a query and the gains of its norm
	"embedding":          func(c *counted) { c.params += c.of("vocab") * c.cout },
	"class_token":        func(c *counted) { c.params += c.cin },
	"position_embedding": func(c *counted) { c.params += c.made },
	"matmul": func(c *counted) { // rows of the first by columns of the second, in every sample
		c.macs += c.made * c.cin
		c.out += c.made
	},
	"dot_product_attention": func(c *counted) { // scores and sums
		c.macs += c.places * whole(c.t, c.op.Inputs[1].Shape.Positions()) * (c.cin + c.cout)
	},
	"attention":            (*counted).attention,
	"latent_attention":     (*counted).latentAttention,
	"compressed_attention": (*counted).compressedAttention,
	"mamba2":               (*counted).mamba2,
	"experts":              (*counted).experts,
}

// attention: keys and values have the width of the heads that share them.
func (c *counted) attention() {
	heads := c.of("heads")
	kv := c.cin * c.of("kv_heads") / heads
	c.bias += (c.cin + 2*kv) * c.of("bias")   // and that of the last projection in product
	c.macs += 2 * c.cin * c.places * c.places // scores and sums
	c.out += (c.cin+2*kv)*c.places + c.made + heads*c.places*c.places
	c.product(2 * c.cin * (c.cin + kv))
}

// latentAttention: down to the latents, their norms, up to the heads, scores and sums, out.
func (c *counted) latentAttention() {
	heads, rank, rope := c.of("heads"), c.of("rank"), c.of("rope")
	asks, first := heads*(c.of("head_width")+rope), c.of("query_rank")
	matrices := c.cin * asks
	if first > 0 {
		matrices, c.params = first*(c.cin+asks), c.params+first
	}
	matrices += c.cin*(rank+rope) + rank*heads*(c.of("head_width")+c.of("value")) + heads*c.of("value")*c.cout
	c.params += matrices + rank
	c.macs += matrices*c.places + heads*c.places*c.places*(c.of("head_width")+rope+c.of("value"))
}

// compressedAttention: queries, the shared key, out; what entries are made of; the index.
func (c *counted) compressedAttention() {
	latent, all, narrow := c.of("query_rank"), c.of("heads")*c.of("head_width"), c.of("out_groups")*c.of("out_rank")
	matrices := c.cin*(latent+c.of("head_width")) + latent*all + all*c.of("out_rank") + narrow*c.cout
	c.params += latent + c.of("head_width") + c.of("heads")
	keys := min(c.places, c.of("window"))
	if c.of("ratio") > 0 {
		entries, wide, index := c.places/c.of("ratio"), c.of("head_width"), c.of("index_heads")*c.of("index_width")
		keys += entries
		if index > 0 {
			wide, keys = 2*wide, keys-entries+min(entries, c.of("top"))
			c.params += c.of("index_width") * (2*c.of("ratio") + 1)
			matrices += 4*c.cin*c.of("index_width") + latent*index + c.cin*c.of("index_heads")
			c.macs += index * c.places * entries
		}
		c.params += c.of("ratio")*wide + c.of("head_width")
		matrices += 2 * c.cin * wide
	}
	c.params += matrices
	c.macs += matrices*c.places + 2*all*c.places*keys
}

// mamba2: in, convolution with its bias, decay, skip and step of each head, norm, out; the state.
func (c *counted) mamba2() {
	inner, heads, state := c.of("inner"), c.of("heads"), c.of("state")
	convolved := inner + 2*c.of("groups")*state
	matrices := c.cin*(inner+convolved+heads) + inner*c.cout
	c.params += matrices + convolved*(c.of("kernel")+1) + 3*heads + inner
	c.macs += (matrices + convolved*c.of("kernel") + 2*inner*state) * c.places
}

// experts are gated, without biases: each has three matrices, and a place goes through the active ones.
func (c *counted) experts() {
	count, active := c.of("count"), c.of("active")
	expert, router := 3*c.cin*c.of("hidden"), c.cin*count
	c.params += count*expert + router + count*c.of("router_bias")
	c.figures.active -= (count - active) * expert
	c.macs += (active*expert + router) * c.places
}
