package spec

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// steps writes a list of steps, each on one line if it fits.
func (w *writer) steps(level int, steps []arch.Step) {
	steps = visible(steps)
	if len(steps) == 0 {
		w.line(level, "- "+wordIdentity)
	}
	for _, s := range steps {
		if text := flowStep(s); fits(level, "- "+text) {
			w.line(level, "- "+text)
		} else {
			w.longStep(level, s)
		}
	}
}

// visible leaves out the steps that do nothing at all.
func visible(steps []arch.Step) []arch.Step {
	var out []arch.Step
	for _, s := range steps {
		if _, tap := s.Do.(*arch.Tap); s.Do != nil && !(tap && s.As == "" && s.From == "") {
			out = append(out, s)
		}
	}
	return out
}

// longStep writes a step with its inner steps on lines of their own.
func (w *writer) longStep(level int, s arch.Step) {
	switch a := s.Do.(type) {
	case *arch.Merge:
		w.line(level, "- "+string(a.Op)+":")
		deeper := level + 2
		for _, entry := range argumentParts(a.Op.Kind(), a.Args) {
			w.line(deeper, entry)
		}
		if key := pathsKey(a); key != "" {
			w.line(deeper, key+":")
			deeper++
		}
		for _, p := range a.Paths {
			w.path(deeper, p)
		}
	case *arch.Couple:
		w.line(level, "- "+wordCouple+":")
		for _, p := range a.Paths {
			w.path(level+2, p)
		}
	case *arch.Repeat:
		w.line(level, "- "+wordRepeat+":")
		w.line(level+2, repeatTimes+": "+formula(a.Times))
		for _, entry := range linkEntries(a) {
			w.line(level+2, entry)
		}
		w.line(level+2, repeatSteps+":")
		w.steps(level+3, a.Steps)
	case *arch.If:
		w.line(level, "- "+wordIf+": "+conditionText(a.Condition))
		w.line(level+1, wordThen+":")
		w.steps(level+2, a.Then)
		if len(visible(a.Else)) > 0 {
			w.line(level+1, wordElse+":")
			w.steps(level+2, a.Else)
		}
	case *arch.Streams:
		w.line(level, "- "+wordStreams+":")
		for _, entry := range streamEntries(a) {
			w.line(level+2, entry)
		}
		w.line(level+2, streamsSteps+":")
		w.steps(level+3, a.Steps)
	case *arch.Head:
		w.line(level, "- "+wordHead+":")
		deeper := level + 2
		if a.Training {
			w.line(deeper, headTraining+":")
			deeper++
		}
		w.steps(deeper, a.Steps)
	default:
		w.line(level, "- "+flowStep(s))
		return
	}
	for _, extra := range namesOf(s) {
		w.line(level+1, extra)
	}
}

// path writes a path of a merge as an item of its list.
func (w *writer) path(level int, p arch.Path) {
	text := flowPath(p)
	if steps := visible(p.Steps); len(steps) < 2 {
		w.steps(level, steps)
	} else if fits(level, "- "+text) {
		w.line(level, "- "+text)
	} else {
		start := w.Len()
		w.steps(level+1, steps)
		w.Bytes()[start+2*level] = '-' // the list of the path begins on the line of its first step
	}
}

// flowStep writes a step on one line: a word, key: value, or a map in braces.
func flowStep(s arch.Step) string {
	parts := namesOf(s)
	if b, is := s.Do.(*arch.If); is {
		return flowMap(append(branchParts(b), parts...))
	}
	if key, value := action(s.Do); value != "" {
		parts = append([]string{key + ": " + value}, parts...)
	} else if len(parts) == 0 {
		return key
	} else if key != "" {
		parts = append([]string{key + ": {}"}, parts...)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return flowMap(parts)
}

// branchParts writes an if on one line.
func branchParts(b *arch.If) []string {
	parts := []string{wordIf + ": " + conditionText(b.Condition), wordThen + ": " + flowSteps(b.Then)}
	if len(visible(b.Else)) > 0 {
		parts = append(parts, wordElse+": "+flowSteps(b.Else))
	}
	return parts
}

// namesOf writes the from and as of a step.
func namesOf(s arch.Step) []string {
	var parts []string
	if s.From != "" {
		parts = append(parts, wordFrom+": "+s.From)
	}
	if s.As != "" {
		parts = append(parts, wordAs+": "+s.As)
	}
	if s.Survives != nil {
		parts = append(parts, wordSurvives+": "+formula(*s.Survives))
	}
	if s.Recompute != "" {
		parts = append(parts, wordCheckpoint+": "+string(s.Recompute))
	}
	return parts
}

// action writes an action as a key and a value on one line; the value is empty for a word without arguments.
func action(do arch.Action) (key, value string) {
	switch a := do.(type) {
	case *arch.Layer:
		return a.Kind.Name, layerArguments(a)
	case *arch.Use:
		return a.Block.Name, useArguments(a)
	case *arch.Slot:
		return a.Parameter, ""
	case *arch.Let:
		return wordLet, letText(a)
	case *arch.Merge:
		return string(a.Op), mergeText(a)
	case *arch.Couple:
		var parts []string
		for _, p := range a.Paths {
			parts = append(parts, flowPath(p))
		}
		return wordCouple, flowList(parts)
	case *arch.Repeat:
		entries := append([]string{repeatTimes + ": " + formula(a.Times)}, linkEntries(a)...)
		return wordRepeat, flowMap(append(entries, repeatSteps+": "+flowSteps(a.Steps)))
	case *arch.Streams:
		return wordStreams, flowMap(append(streamEntries(a), streamsSteps+": "+flowSteps(a.Steps)))
	case *arch.Head:
		if a.Training {
			return wordHead, flowMap([]string{headTraining + ": " + flowSteps(a.Steps)})
		}
		return wordHead, flowSteps(a.Steps)
	}
	return "", ""
}

// flowSteps writes a list of steps on one line.
func flowSteps(steps []arch.Step) string {
	var parts []string
	for _, s := range visible(steps) {
		parts = append(parts, flowStep(s))
	}
	return flowList(parts)
}

// pathsKey is the key of the paths of a merge; empty where it has nothing but paths.
func pathsKey(m *arch.Merge) string {
	switch {
	case m.List:
		return mergeList
	case len(m.Args) > 0:
		return mergePaths
	}
	return ""
}

// mergeText writes the paths and arguments of a merge on one line.
func mergeText(m *arch.Merge) string {
	paths, told := flowPaths(m.Paths), argumentParts(m.Op.Kind(), m.Args)
	switch key := pathsKey(m); {
	case key == "":
		return paths
	case key == mergePaths && strings.HasPrefix(paths, "{"):
		return flowMap(append([]string{strings.Trim(paths, "{}")}, told...))
	default:
		return flowMap(append(told, key+": "+paths))
	}
}

// flowPaths writes the paths of a merge on one line.
func flowPaths(paths []arch.Path) string {
	var parts, taps []string
	for _, p := range paths {
		parts = append(parts, flowPath(p))
		if name, ok := onlyTap(p); ok {
			taps = append(taps, name)
		}
	}
	if len(taps) == len(paths) {
		return flowMap([]string{wordFrom + ": " + flowList(taps)})
	}
	return flowList(parts)
}

// onlyTap is the name that a path reads if it does nothing else.
func onlyTap(p arch.Path) (string, bool) {
	if len(p.Steps) != 1 || p.Steps[0].As != "" || p.Steps[0].From == "" {
		return "", false
	}
	_, tap := p.Steps[0].Do.(*arch.Tap)
	return p.Steps[0].From, tap
}

func flowPath(p arch.Path) string {
	switch steps := visible(p.Steps); len(steps) {
	case 0:
		return wordIdentity
	case 1:
		return flowStep(steps[0])
	default:
		return flowSteps(steps)
	}
}

func flowList(parts []string) string { return "[" + strings.Join(parts, ", ") + "]" }

func flowMap(parts []string) string { return "{" + strings.Join(parts, ", ") + "}" }

// linkEntries writes the links of a repeat, and how it gathers.
func linkEntries(a *arch.Repeat) []string {
	var entries []string
	if a.Links == arch.WindowLinks {
		entries = append(entries, repeatLinks+": "+flowMap([]string{linkWindow + ": " + formula(a.Window)}))
	} else if a.Links != "" {
		entries = append(entries, repeatLinks+": "+string(a.Links))
	}
	if a.Gather != "" {
		entries = append(entries, repeatGather+": "+string(a.Gather))
	}
	if len(a.Ways) > 0 {
		entries = append(entries, repeatWays+": "+flowList(a.Ways))
	}
	for _, one := range []struct {
		key string
		of  *arch.Expression
	}{{repeatDilation, a.Dilation}, {repeatPeriod, a.Period}, {repeatBlock, a.Block}} {
		if one.of != nil {
			entries = append(entries, one.key+": "+formula(*one.of))
		}
	}
	if a.Recompute {
		entries = append(entries, wordCheckpoint+": true")
	}
	if a.Reversible {
		entries = append(entries, repeatReversible+": true")
	}
	return entries
}
