package spec

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// inits reads the initialisation of the weight layers: one for all, or a map with one for each kind.
func (r *reader) inits(n *node) {
	switch n.kind {
	case empty:
	case scalar:
		r.init(nil, n)
	case mapping:
		for _, p := range n.pairs {
			k := arch.KindByName(p.key.text)
			if k == nil || !k.WeightLayer() {
				r.problem(p.key.pos, r.nearest(p.key.text, weightLayers(), choose.List("weight layers are", weightLayers())), "init: %q is no weight layer", p.key.text)
				continue
			}
			r.init(k, p.value)
		}
	default:
		r.problem(n.pos, "as in he, or {conv: he-out, linear: torch}", `"init" cannot be %s`, n.kind)
	}
}

func (r *reader) init(kind *arch.Kind, n *node) {
	if n.kind != scalar {
		r.problem(n.pos, "as in he, or {conv: he-out, linear: torch}", "an initialisation cannot be %s", n.kind)
		return
	}
	init, err := arch.ParseInit(n.text)
	if err != nil {
		r.problem(n.pos, "", "init: %v", err)
		return
	}
	r.network.Inits = append(r.network.Inits, arch.KindInit{Kind: kind, Init: init})
}

func weightLayers() []string {
	var names []string
	for _, k := range arch.Kinds() {
		if k.WeightLayer() {
			names = append(names, k.Name)
		}
	}
	return names
}

// initText writes the initialisations of a network.
func initText(inits []arch.KindInit) string {
	var parts []string
	for _, i := range inits {
		if i.Kind == nil {
			return quoted(i.Init.Name)
		}
		parts = append(parts, i.Kind.Name+": "+quoted(i.Init.Name))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}
