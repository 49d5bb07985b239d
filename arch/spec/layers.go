package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// layer reads the arguments of a layer: none, one bare value for its short parameter, or a map.
func (r *reader) layer(k *arch.Kind, p pair, sc *scope) *arch.Layer {
	l := &arch.Layer{Kind: k}
	n := p.value
	short, hasShort := k.Parameter(k.Short)
	var meant []string
	given := map[string]bool{}
	set := func(param arch.Parameter, value *node) {
		given[param.Name] = true
		arg, ok := r.argument(k.Name, param, value, sc)
		if !ok {
			return
		}
		if l.Args == nil {
			l.Args = map[string]arch.Argument{}
		}
		l.Args[param.Name] = arg
	}
	switch {
	case n.kind == empty:
	case n.kind == mapping:
		meant = r.onlyKeys(k.Name, n, parameterNames(k), requiredNames(k)...)
		for _, entry := range n.pairs {
			if param, ok := k.Parameter(entry.key.text); ok && !given[param.Name] {
				set(param, entry.value)
			}
		}
	case hasShort:
		set(short, n)
	case len(k.Parameters) == 0:
		r.nothing(p.key, n, "write "+k.Name+" alone")
	default:
		hint := "write " + example(k)
		if len(requiredNames(k)) == 0 {
			hint = "write " + k.Name + " alone, or " + example(k)
		}
		r.problem(n.pos, hint, "%s takes its parameters by name", k.Name)
		return l
	}
	for _, param := range k.Parameters {
		if param.Required && !given[param.Name] && !slices.Contains(meant, param.Name) {
			r.problem(p.key.pos, "as in "+example(k), "%s needs %s, the %s", k.Name, param.Name, param.Doc)
		}
	}
	return l
}

func parameterNames(k *arch.Kind) []string {
	var names []string
	for _, p := range k.Parameters {
		names = append(names, p.Name)
	}
	return names
}

func requiredNames(k *arch.Kind) []string {
	var names []string
	for _, p := range k.Parameters {
		if p.Required {
			names = append(names, p.Name)
		}
	}
	return names
}

// example is a use of a kind with the arguments that it requires.
func example(k *arch.Kind) string {
	if p, ok := k.Parameter(k.Short); ok {
		return fmt.Sprintf("%s: %s", k.Name, exampleValue(p))
	}
	var parts []string
	if k.Merge {
		parts = append(parts, wordFrom+": ["+strings.Join([]string{"x", "y", "z"}[:max(2, k.Operands)], ", ")+"]")
	}
	for _, p := range k.Parameters {
		if p.Required {
			parts = append(parts, fmt.Sprintf("%s: %s", p.Name, exampleValue(p)))
		}
	}
	if len(parts) == 0 {
		for _, p := range k.Parameters {
			parts = append(parts, fmt.Sprintf("%s: %s", p.Name, p.DefaultText()))
		}
	}
	return fmt.Sprintf("%s: {%s}", k.Name, strings.Join(parts, ", "))
}

// together writes a layer with the parameters that stand beside it in the step n among those below it; as the example of its kind
// where a value is no single one.
func together(k *arch.Kind, n *node) string {
	var parts []string
	single := true
	write := func(name string, value *node) {
		single = single && value.kind == scalar
		parts = append(parts, name+": "+value.text)
	}
	for _, p := range n.pairs {
		switch _, beside := k.Parameter(p.key.text); {
		case beside:
			write(p.key.text, p.value)
		case p.key.text != k.Name || p.value.kind == empty:
		case p.value.kind == scalar && k.Short != "":
			write(k.Short, p.value)
		case p.value.kind == scalar && len(k.Parameters) > 0:
			write(k.Parameters[0].Name, p.value)
		default:
			single = single && p.value.kind == mapping
			for _, given := range p.value.pairs {
				write(given.key.text, given.value)
			}
		}
	}
	if !single {
		return example(k)
	}
	return fmt.Sprintf("%s: {%s}", k.Name, strings.Join(parts, ", "))
}

func exampleValue(p arch.Parameter) string {
	switch {
	case p.Type == arch.Dims:
		return "[64, 8, 8]"
	case p.Type.PerAxis():
		return "3"
	case p.Type == arch.Share:
		return "1/2"
	case strings.Contains(p.Name, "out"):
		return "64"
	}
	return "8"
}

// argument reads the value of one parameter of a layer.
func (r *reader) argument(layer string, p arch.Parameter, n *node, sc *scope) (arch.Argument, bool) {
	a := arch.Argument{Pos: n.pos}
	switch n.kind {
	case empty:
		r.problem(n.pos, "", "%s: %s has no value", layer, p.Name)
		return a, false
	case mapping:
		r.problem(n.pos, "", "%s: %s cannot be a map", layer, p.Name)
		return a, false
	case list:
		return r.perAxis(layer, p, n, sc)
	}
	switch {
	case slices.Contains(p.Words, n.text):
		a.Word = n.text
		return a, true
	case p.Type == arch.Choice:
		r.problem(n.pos, r.nearest(n.text, p.Words, "it may be "+strings.Join(p.Words, " or ")), "%s: %s cannot be %q", layer, p.Name, n.text)
		return a, false
	case p.Type == arch.Initial:
		if _, err := arch.ParseInit(n.text); err != nil {
			r.problem(n.pos, "", "%s: %v", layer, err)
			return a, false
		}
		a.Word = n.text
		return a, true
	case p.Type == arch.Tensor:
		a.Word = r.tapName(n, sc)
		return a, a.Word != ""
	case p.Type == arch.Sharing && n.text != "true" && n.text != "false":
		if a.Word = n.text; !isName(n.text) {
			r.problem(n.pos, "it may be the name of a layer before, true or false", "%s: %s cannot be %q", layer, p.Name, n.text)
		}
		return a, isName(n.text)
	case p.True > 0 && (n.text == "true" || n.text == "false"):
		a.Values = []arch.Expression{{Expr: symbolic.Int(map[string]int64{"false": 0, "true": p.True}[n.text]), Pos: n.at(0)}}
		return a, true
	}
	if w := n.text; isName(w) && !sc.knows(w) && (len(p.Words) > 0 || p.True > 0) {
		words := p.Words
		if p.True > 0 {
			words = []string{"true", "false"}
		}
		r.problem(n.pos, r.nearest(w, words, "it may be "+strings.Join(words, " or ")+", or an expression"), "%s: %s cannot be %q", layer, p.Name, w)
		return a, false
	}
	e, ok := r.expression(n, sc)
	a.Values = []arch.Expression{e}
	return a, ok
}

// perAxis reads a list: one value per axis, or a shape.
func (r *reader) perAxis(layer string, p arch.Parameter, n *node, sc *scope) (arch.Argument, bool) {
	a := arch.Argument{Pos: n.pos}
	if !p.Type.List() {
		r.problem(n.pos, "", "%s: %s takes one value, not a list", layer, p.Name)
		return a, false
	}
	if p.Type == arch.Dims && (len(n.items) == 0 || len(n.items) > arch.MaxExtents+1) {
		r.problem(n.pos, "as in [64, 8, 8]", "%s: %s is a width and at most %d extents, not a list of %d values", layer, p.Name, arch.MaxExtents, len(n.items))
		return a, false
	}
	if p.Type.PerAxis() && (len(n.items) == 0 || len(n.items) > arch.MaxExtents) {
		r.problem(n.pos, "give one value for all axes or one per axis", "%s: %s is a list of %d values", layer, p.Name, len(n.items))
		return a, false
	}
	all := true
	for _, item := range n.items {
		if slices.Contains(p.Words, item.text) && !sc.knows(item.text) {
			r.problem(item.pos, fmt.Sprintf("write %s: %s without a list", p.Name, item.text), "%s: %s is %s on all axes or on none", layer, p.Name, item.text)
			return a, false
		}
		e, ok := r.expression(item, sc)
		a.Values = append(a.Values, e)
		all = all && ok
	}
	return a, all
}
