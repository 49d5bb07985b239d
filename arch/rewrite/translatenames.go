package rewrite

import (
	"slices"
	"strings"
	"unicode"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// plain is the steps of a graph as a person would write them: names are made of letters, digits and underscores, and arguments
// that are the default are left out.
func plain(steps []arch.Step, taken map[string]bool) []arch.Step {
	p := &plainer{taken: taken, names: map[string]string{}}
	return p.steps(steps)
}

type plainer struct {
	taken map[string]bool
	names map[string]string // the new name for each name
}

func (p *plainer) steps(steps []arch.Step) []arch.Step {
	var out []arch.Step
	for _, s := range steps {
		switch a := s.Do.(type) {
		case *arch.Layer:
			s.Do = p.layer(a)
		case *arch.Merge:
			made := &arch.Merge{Op: a.Op, List: a.List, Args: p.arguments(a.Op.Kind(), a.Args)}
			for _, path := range a.Paths {
				made.Paths = append(made.Paths, arch.Path{Steps: p.steps(path.Steps)})
			}
			s.Do = made
		case *arch.Head:
			s.Do = &arch.Head{Steps: p.steps(a.Steps), Training: a.Training}
		}
		s.From, s.As = p.name(s.From), p.name(s.As)
		out = append(out, s)
	}
	return out
}

// name is the new name for a name.
func (p *plainer) name(name string) string {
	if name == "" {
		return ""
	}
	if now, ok := p.names[name]; ok {
		return now
	}
	letters := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}
	text := strings.Trim(strings.Map(letters, name), "_")
	if text == "" || unicode.IsDigit([]rune(text)[0]) || strings.EqualFold(text, "null") || text == arch.IncomingWidth || text == arch.RepeatIndex {
		text = "x" + text
	}
	if text != name {
		text = free(text, p.taken)
	}
	p.taken[text], p.names[name] = true, text
	return text
}

func (p *plainer) layer(l *arch.Layer) *arch.Layer {
	return &arch.Layer{Kind: l.Kind, Args: p.arguments(l.Kind, l.Args)}
}

// arguments are those that differ from their defaults.
func (p *plainer) arguments(kind *arch.Kind, args map[string]arch.Argument) map[string]arch.Argument {
	made := map[string]arch.Argument{}
	for _, about := range kind.Parameters {
		arg, ok := args[about.Name]
		if !ok || isDefault(about, arg) {
			continue
		}
		if (about.Type == arch.Sharing || about.Type == arch.Tensor) && arg.Word != "" {
			arg.Word = p.name(arg.Word)
		}
		made[about.Name] = once(about, arg)
	}
	return made
}

// once is an argument with one value for all axes where they have the same.
func once(p arch.Parameter, arg arch.Argument) arch.Argument {
	differs := func(e arch.Expression) bool { return !e.Equal(arg.Values[0].Expr) }
	if p.Type.PerAxis() && len(arg.Values) > 1 && !slices.ContainsFunc(arg.Values, differs) {
		arg.Values = arg.Values[:1]
	}
	return arg
}

// isDefault reports whether an argument is the default of its parameter.
func isDefault(p arch.Parameter, arg arch.Argument) bool {
	if arg.Word != "" {
		return arg.Word == p.Word
	}
	values := make([]symbolic.Expr, len(arg.Values))
	for k, e := range arg.Values {
		values[k] = e.Expr
	}
	return p.SameAs == "" && p.Word == "" && !p.Required && allEqual(values, p.Default)
}
