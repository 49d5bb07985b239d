package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/spec"
)

// Grid identifies a sweep: equal grids have the same points in the same order, with the same costs, and keep the same of them.
type Grid struct {
	Networks []Network `json:"networks"`
	Choices  []Words   `json:"options,omitempty"`
	Axes     []Axis    `json:"axes,omitempty"`
	Columns  []string  `json:"columns"`
	Given    []string  `json:"given,omitempty"` // the settings that all points have
	Where    string    `json:"where,omitempty"`
	Keep     Keep      `json:"keep"`
	Points   int64     `json:"points"`
}

// Network is the name of a network, and a digest of its contents.
type Network struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Axis is the numbers of a symbol.
type Axis struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values,omitempty"`
	First  int64   `json:"first,omitempty"`
	Step   int64   `json:"step,omitempty"`
	Count  int64   `json:"count"`
}

// Keep says which points are kept.
type Keep struct {
	What string   `json:"what"`           // rows, front, top or histogram
	By   []string `json:"by,omitempty"`   // costs as min:params or max:gradient_gain
	Most int      `json:"most,omitempty"` // points of a top
}

// What is kept.
const (
	KeepRows      = "rows"
	KeepFront     = "front"
	KeepTop       = "top"
	KeepHistogram = "histogram"
)

// Grid describes the sweep; given are the settings of options that influence costs.
func (s *Sweep) Grid(keep Keep, given []string) *Grid {
	g := &Grid{Given: given, Keep: keep, Points: s.Points()}
	for _, subject := range s.plan.Subjects {
		sum := sha256.New()
		sum.Write(spec.Print(subject.Network))
		for _, symbol := range subject.Network.Symbols {
			if v, ok := subject.Set[symbol.Name]; ok {
				sum.Write([]byte(symbol.Name + "=" + v.ASCII() + "\n"))
			}
		}
		g.Networks = append(g.Networks, Network{subject.Name, hex.EncodeToString(sum.Sum(nil))[:16]})
	}
	for _, c := range s.plan.Choices {
		w := Words{Name: c.Name}
		for _, v := range c.Values {
			w.Values = append(w.Values, v.Text)
		}
		g.Choices = append(g.Choices, w)
	}
	for _, a := range s.plan.Axes {
		g.Axes = append(g.Axes, Axis(a))
	}
	for _, q := range s.plan.Columns {
		g.Columns = append(g.Columns, q.String())
	}
	if s.plan.Where != nil {
		g.Where = s.plan.Where.String()
	}
	return g
}

// Plane is the network of a plane by its number, and its settings of the options.
func (g *Grid) Plane(k int) (network string, settings []string) {
	for _, c := range slices.Backward(g.Choices) {
		settings = append(settings, c.Values[k%len(c.Values)])
		k /= len(c.Values)
	}
	slices.Reverse(settings)
	return g.Networks[k].Name, settings
}

// planes is how many there are.
func (g *Grid) planes() int {
	n := len(g.Networks)
	for _, c := range g.Choices {
		n *= len(c.Values)
	}
	return n
}

// Keeper is a new keeper for what the grid keeps; where rows are written it keeps all points.
func (g *Grid) Keeper() (Keeper, error) {
	var keys []Key
	for _, by := range g.Keep.By {
		key, err := g.key(by)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	n := len(g.Columns)
	switch {
	case g.Keep.What == KeepRows:
		return NewAll(n), nil
	case g.Keep.What == KeepFront && len(keys) > 0:
		return NewFront(n, keys...), nil
	case g.Keep.What == KeepTop && len(keys) == 1 && g.Keep.Most > 0:
		return NewTop(n, g.Keep.Most, keys[0]), nil
	case g.Keep.What == KeepHistogram && len(keys) == 1:
		return NewHistogram(n, keys[0].Column), nil
	}
	return nil, fmt.Errorf("nothing is known of keeping %q by %q", g.Keep.What, g.Keep.By)
}

// key reads a cost as min:params or max:macs.
func (g *Grid) key(by string) (Key, error) {
	direction, name, _ := strings.Cut(by, ":")
	k := Key{Column: slices.Index(g.Columns, name), Most: direction == "max"}
	if k.Column < 0 || direction != "max" && direction != "min" {
		return k, fmt.Errorf("%q is not min or max of a column", by)
	}
	return k, nil
}

// By writes a key as the grid has it: a cost, with min: or max: before it, or else in the direction given.
func By(text, direction string) (by, cost string) {
	if before, name, ok := strings.Cut(text, ":"); ok && (before == "min" || before == "max") {
		return text, name
	}
	return direction + ":" + text, text
}
