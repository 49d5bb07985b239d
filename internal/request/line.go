package request

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// CommandLine is the shell command that repeats a request, each word quoted where a shell would interpret it. A file that is
// given as text or in the store appears by its name.
func CommandLine(req *Request) string {
	words := []string{"skipcost", req.command.Name}
	for _, o := range req.command.Options {
		texts, given := req.given[o.Name]
		switch value := strings.Join(texts, ","); {
		case !given:
		case o.Kind == Switch:
			words = append(words, "--"+o.Name)
		case strings.HasPrefix(value, "-"): // which might be taken for a flag
			words = append(words, "--"+o.Name+"="+value)
		default:
			words = append(words, "--"+o.Name, value)
		}
	}
	flagged := func(n Network) bool { return strings.HasPrefix(n.called(), "-") && n.called() != "-" }
	if slices.ContainsFunc(req.Networks, flagged) {
		words = append(words, "--")
	}
	for _, n := range req.Networks {
		words = append(words, n.called())
	}
	for k, w := range words {
		words[k] = quoted(w)
	}
	return strings.Join(words, " ")
}

// plainBytes have no special meaning to any shell, wherever they stand in a word.
const plainBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,=+@%"

// quoted is a word quoted for a shell. Characters that a terminal would obey or hide are written by their numbers, in the
// syntax of bash and zsh.
func quoted(word string) string {
	switch {
	case strings.ContainsFunc(word, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return "$'" + numbered(word) + "'"
	case word == "" || word[0] == '=' || strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(plainBytes, r) }):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// numbered writes control and format characters byte by byte.
func numbered(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + string(r))
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			for _, one := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%03o`, one)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
