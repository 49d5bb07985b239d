package spec

import (
	"slices"
	"strings"
	"unicode"

	"github.com/skipcost/skipcost/arch"
)

// layerArguments writes the arguments of a layer: nothing, the bare value of its short parameter, or a map.
func layerArguments(l *arch.Layer) string {
	if a, given := l.Args[l.Kind.Short]; given && len(l.Args) == 1 {
		p, _ := l.Kind.Parameter(l.Kind.Short)
		return argument(p, a)
	}
	parts := argumentParts(l.Kind, l.Args)
	if len(parts) == 0 {
		return ""
	}
	return flowMap(parts)
}

// argumentParts writes arguments of a kind one by one.
func argumentParts(k *arch.Kind, args map[string]arch.Argument) []string {
	var parts []string
	for _, p := range k.Parameters {
		if a, given := args[p.Name]; given {
			parts = append(parts, p.Name+": "+argument(p, a))
		}
	}
	return parts
}

func argument(p arch.Parameter, a arch.Argument) string {
	if a.Word != "" {
		return quoted(a.Word)
	}
	if len(a.Values) != 1 {
		return flowList(formulas(a.Values))
	}
	if v, ok := a.Values[0].Int64(); ok && (p.Type == arch.Flag || p.Type == arch.Sharing) && (v == 0 || v == 1) {
		return [...]string{"false", "true"}[v]
	}
	return formula(a.Values[0])
}

// useArguments writes the arguments of a block: nothing, one bare value where only one parameter can be meant, or a map.
func useArguments(u *arch.Use) string {
	var parts []string
	for _, p := range u.Block.Parameters {
		text, given := givenText(u, p)
		switch {
		case !given:
		case len(u.Args)+len(u.Steps)+len(u.Tensors) == 1 && p.Name == bareParameter(u.Block):
			return text
		default:
			parts = append(parts, p.Name+": "+text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return flowMap(parts)
}

// givenText writes the argument that a use gives for a parameter.
func givenText(u *arch.Use, p arch.BlockParameter) (text string, given bool) {
	switch p.Takes {
	case arch.StepsParameter:
		steps, given := u.Steps[p.Name]
		return flowSteps(steps), given
	case arch.TensorParameter:
		name, given := u.Tensors[p.Name]
		return name, given
	}
	e, given := u.Args[p.Name]
	return formula(e), given
}

func formulas(list []arch.Expression) []string {
	var parts []string
	for _, e := range list {
		parts = append(parts, formula(e))
	}
	return parts
}

// formula writes an expression, in quotes if YAML would read a part of it as its own.
func formula(e arch.Expression) string {
	text := e.ASCII()
	if plain(text, formulaRune) {
		return text
	}
	return inQuotes(text)
}

// formulaRune reports whether a character may stand in a formula that needs no quotes.
func formulaRune(r rune) bool { return nameRune(r) || strings.ContainsRune(" ()+-*/^", r) }

// quoted writes a text, in quotes unless every YAML reader takes it for text.
func quoted(text string) string {
	first := []rune(text + " ")[0]
	if unicode.IsLetter(first) && plain(text, func(r rune) bool { return nameRune(r) || strings.ContainsRune(" .-+", r) }) {
		return text
	}
	return inQuotes(text)
}

// plain reports whether a text of the allowed characters needs no quotes.
func plain(text string, allowed func(rune) bool) bool {
	words := []string{"null", "true", "false", "yes", "no", "on", "off"}
	return text != "" && text == strings.TrimSpace(text) && !strings.HasPrefix(text, "-") &&
		strings.IndexFunc(text, func(r rune) bool { return !allowed(r) }) < 0 &&
		!slices.Contains(words, strings.ToLower(text))
}

func inQuotes(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}
