package convention

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
)

// Implementation describes the well-known code of a family of networks, as far as it differs from most code in spelling or
// calls one module several times.
type Implementation struct {
	Families []string // names of networks
	Code     string   // whose it is
	Spelled  []Spelled
	Reused   []Reused
}

// Spelled is how an implementation writes some operations.
type Spelled struct {
	On     string // kinds
	Layers string // a pattern of package path that their names match, without the numbers of iterations; empty for all
	As     Spelling
	Kind   string // the kind of layer by which the code says the same; empty for their own
}

// Reused is one module that stands for all operations of some kinds in a block.
type Reused struct {
	On    string // kinds
	Block string // the name in an operation's path up to which the block's own name goes
}

// Implementations lists those that are known.
func Implementations() []Implementation {
	return []Implementation{
		{
			Families: []string{"resnet-basic", "resnet-bottleneck"}, Code: "torchvision 0.14, resnet.py",
			Reused: []Reused{{On: "relu", Block: "add"}}, // self.relu of a block
		},
		{
			Families: []string{"densenet-imagenet"}, Code: "torchvision 0.14, densenet.py",
			Spelled: []Spelled{{On: "relu", Layers: "relu2", As: Function}, {On: globalPool, As: Function}},
		},
		{
			Families: []string{"mobilenet_v2"}, Code: "torchvision 0.14, mobilenetv2.py",
			Spelled: []Spelled{{On: globalPool, As: Function}},
		},
		{
			Families: []string{"googlenet"}, Code: "torchvision 0.14, googlenet.py",
			Spelled: []Spelled{{On: "relu adaptive_avgpool", As: Function}},
		},
		{
			Families: []string{"shufflenet_v2"}, Code: "torchvision 0.14, shufflenetv2.py",
			Spelled: []Spelled{{On: globalPool, As: Operator}}, // x.mean([2, 3])
		},
		{
			Families: []string{"mobilenet_v3_large"}, Code: "torchvision 0.14, mobilenetv3.py",
			Spelled: []Spelled{{On: linear, Layers: "*excite*", As: Module, Kind: "conv2d"}}, // 1×1 convolutions on maps of one position
		},
		{
			Families: []string{"condensenet"}, Code: "pytorchcv, condensenet.py",
			Spelled: []Spelled{{On: "shuffle", Layers: "*shuffle1", As: Function}}, // the learned order of channels, an index
		},
		{
			Families: []string{"convnext"}, Code: "torchvision 0.14, convnext.py",
			Spelled: []Spelled{{On: "layernorm", Layers: "stage*", As: Module}, {On: "layernorm", As: Subclass}}, // LayerNorm2d between stages
		},
		{
			Families: []string{"vit"}, Code: "torchvision 0.14, vision_transformer.py",
			Spelled: []Spelled{{On: attention, As: Keywords}}, // self_attention(query=x, key=x, value=x)
		},
	}
}

// CodeOf is the code by which a network is known, if one is; the zero value spells as most code does.
func CodeOf(network string) (Implementation, bool) {
	all := Implementations()
	k := slices.IndexFunc(all, func(i Implementation) bool { return slices.Contains(i.Families, network) })
	if k < 0 {
		return Implementation{}, false
	}
	return all[k], true
}

// spelled is how the implementation writes an operation, and by which kind of layer.
func (i Implementation) spelled(op *trace.Operation) (as Spelling, kind string) {
	for _, s := range i.Spelled {
		if has(s.On, op.Kind.Name) && s.fits(op.Name) {
			return s.As, cmp.Or(s.Kind, op.Kind.Name)
		}
	}
	return usually(op), op.Kind.Name
}

// fits reports whether a name matches.
func (s Spelled) fits(name string) bool {
	if s.Layers == "" {
		return true
	}
	is, err := path.Match(s.Layers, withoutNumbers(name))
	return is && err == nil
}

// module names the module that runs an operation together with others of its block; empty if it runs this one alone.
func (i Implementation) module(op *trace.Operation) string {
	for _, r := range i.Reused {
		if has(r.On, op.Kind.Name) {
			block, _, _ := strings.Cut(op.Name, "."+r.Block)
			if block == op.Name {
				block = path.Dir(strings.ReplaceAll(op.Name, ".", "/"))
			}
			return op.Kind.Name + " of " + strings.ReplaceAll(block, "/", ".")
		}
	}
	return ""
}

// withoutNumbers is a name without the numbers of iterations in brackets.
func withoutNumbers(name string) string {
	var b strings.Builder
	for _, part := range strings.Split(name, "[") {
		if _, rest, closed := strings.Cut(part, "]"); closed {
			part = rest
		}
		b.WriteString(part)
	}
	return b.String()
}

// has reports whether a list of kinds, with spaces between them, has the kind.
func has(kinds, kind string) bool { return slices.Contains(strings.Fields(kinds), kind) }
