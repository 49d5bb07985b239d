package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// Labels lists the names of which the paths of operations consist, sorted and without the numbers that tell several alike apart: those
// of all steps of a network and its blocks, whether they run or not. A step that is alone in a repeat has the name of the repeat.
func Labels(n *arch.Network) []string {
	all := map[string]bool{}
	var add func(steps []arch.Step, named bool)
	add = func(steps []arch.Step, named bool) {
		for _, s := range steps {
			if !named {
				all[label(s)] = true
			}
			repeat, _ := s.Do.(*arch.Repeat)
			for _, list := range arch.Within(s.Do) {
				add(list, repeat != nil && len(repeat.Steps) == 1)
			}
		}
	}
	add(n.Steps, false)
	for _, b := range n.Blocks {
		add(b.Steps, false)
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}

// labels names the steps of a list for the paths of operations; a name that occurs more than once is numbered.
func labels(steps []arch.Step) []string {
	names := make([]string, len(steps))
	if len(steps) == 1 {
		if _, is := steps[0].Do.(*arch.If); !is || steps[0].As != "" { // what an if alone chooses needs no name beside it
			names[0] = label(steps[0])
		}
		return names
	}
	total := map[string]int{}
	for k, s := range steps {
		names[k] = label(s)
		total[names[k]]++
	}
	seen := map[string]int{}
	for k, n := range names {
		if total[n] > 1 && n != "" {
			seen[n]++
			names[k] = fmt.Sprintf("%s%d", n, seen[n])
		}
	}
	return names
}

func label(s arch.Step) string {
	if s.As != "" {
		return s.As
	}
	switch a := s.Do.(type) {
	case *arch.Layer:
		return a.Kind.Name
	case *arch.Use:
		return a.Block.Name
	case *arch.Merge:
		return string(a.Op)
	case *arch.Repeat:
		if len(a.Steps) == 1 {
			return label(a.Steps[0])
		}
		return "repeat"
	case *arch.Slot:
		return a.Parameter
	case *arch.If:
		return "if"
	case *arch.Couple:
		return "couple"
	case *arch.Streams:
		return "streams"
	case *arch.Head:
		return "head"
	}
	return ""
}

func join(prefix, name string) string {
	if prefix == "" {
		return strings.Trim(name, ".")
	}
	return strings.Trim(prefix+"."+name, ".")
}
