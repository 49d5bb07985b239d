package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// dump writes a network as an S-expression, everything but the places of things. Two networks are equal if their dumps are.
func dump(n *arch.Network) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q\n", n.Name, n.Source)
	for _, s := range n.Symbols {
		fmt.Fprintf(&b, "symbol %s = %s", s.Name, s.Default.ASCII())
		if s.Fraction {
			b.WriteString(" fraction")
		}
		b.WriteByte('\n')
	}
	if len(n.Free) > 0 {
		fmt.Fprintf(&b, "free %v\n", n.Free)
	}
	for _, p := range n.Presets {
		fmt.Fprintf(&b, "preset %q", p.Name)
		for _, s := range p.Set {
			fmt.Fprintf(&b, " %s=%s", s.Name, s.Value.ASCII())
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "input %s\n", dumpExpressions(n.Input))
	for _, k := range n.Blocks {
		fmt.Fprintf(&b, "block %s", k.Name)
		for _, p := range k.Parameters {
			fmt.Fprintf(&b, " %s%s", p.Takes, p.Name)
			if p.Default != nil {
				fmt.Fprintf(&b, "=%s", p.Default.ASCII())
			}
		}
		fmt.Fprintf(&b, " %s\n", dumpSteps(k.Steps))
	}
	fmt.Fprintf(&b, "steps %s\n", dumpSteps(n.Steps))
	return b.String()
}

func dumpExpressions(list []arch.Expression) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, e.ASCII())
	}
	return strings.Join(parts, ",")
}

func dumpSteps(steps []arch.Step) string {
	var parts []string
	for _, s := range steps {
		text := dumpAction(s.Do)
		if s.From != "" {
			text = s.From + ">" + text
		}
		if s.As != "" {
			text += ">" + s.As
		}
		parts = append(parts, text)
	}
	return "(" + strings.Join(parts, " ") + ")"
}

func dumpAction(do arch.Action) string {
	switch a := do.(type) {
	case *arch.Layer:
		var parts []string
		for name, arg := range a.Args {
			parts = append(parts, name+"="+arg.Word+dumpExpressions(arg.Values))
		}
		slices.Sort(parts)
		return "[" + strings.Join(append([]string{a.Kind.Name}, parts...), " ") + "]"
	case *arch.Use:
		var parts []string
		for name, e := range a.Args {
			parts = append(parts, name+"="+e.ASCII())
		}
		for name, steps := range a.Steps {
			parts = append(parts, name+"="+dumpSteps(steps))
		}
		for name, tensor := range a.Tensors {
			parts = append(parts, name+">"+tensor)
		}
		slices.Sort(parts)
		return "<" + strings.Join(append([]string{a.Block.Name}, parts...), " ") + ">"
	case *arch.Merge:
		text := "{" + string(a.Op)
		if a.List {
			text += " list"
		}
		for _, p := range a.Paths {
			text += " " + dumpSteps(p.Steps)
		}
		return text + "}"
	case *arch.Slot:
		return "<" + a.Parameter + ">"
	case *arch.If:
		return "{" + a.Condition.ASCII() + "? " + dumpSteps(a.Then) + " : " + dumpSteps(a.Else) + "}"
	case *arch.Let:
		text := "{let"
		for _, named := range a.Names {
			text += " " + named.Name + "=" + named.Value.ASCII()
		}
		return text + "}"
	case *arch.Repeat:
		text := a.Times.ASCII() + " times"
		if a.Links != "" {
			text += fmt.Sprintf(" %s(%s)%s", a.Links, a.Window.ASCII(), a.Gather)
		}
		return "{" + text + " " + dumpSteps(a.Steps) + "}"
	case *arch.Streams:
		return "{" + a.Count.ASCII() + " " + string(a.Form) + " streams " + dumpSteps(a.Steps) + "}"
	case *arch.Head:
		if a.Training {
			return "{training " + dumpSteps(a.Steps) + "}"
		}
		return "{head " + dumpSteps(a.Steps) + "}"
	case *arch.Tap:
		return "."
	}
	return "?"
}
