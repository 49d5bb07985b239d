package zoo

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch"
)

// withPreset is the file of a family with the values of a preset in place of the defaults, the preset's name, and no list of
// presets. Comments stay as they are.
func withPreset(text []byte, p arch.Preset) []byte {
	values := map[string]string{}
	for _, s := range p.Set {
		values[s.Name] = s.Value.ASCII()
	}
	var out bytes.Buffer
	section := ""
	for line := range strings.Lines(string(text)) {
		if key, _, is := strings.Cut(line, ":"); is && key != "" && !strings.ContainsAny(key[:1], " #-") {
			section = key
		}
		switch section {
		case "presets":
			continue
		case "name":
			line = "name: " + p.Name + "\n"
			section = ""
		case "symbols":
			line = bindLine(line, values)
		}
		out.WriteString(line)
	}
	return out.Bytes()
}

// symbolValue is a symbol and its value, in a line of its own or in braces.
var symbolValue = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*): *([^ ,{}#\n]+(?: [-+*/] [^ ,{}#\n]+)*)`)
})

// bindLine replaces the values of the symbols in a line, its comment apart.
func bindLine(line string, values map[string]string) string {
	code, comment, commented := strings.Cut(line, " #")
	code = symbolValue().ReplaceAllStringFunc(code, func(pair string) string {
		name, old, _ := strings.Cut(pair, ":")
		value, set := values[name]
		if !set {
			return pair
		}
		space := old[:len(old)-len(strings.TrimLeft(old, " "))]
		return name + ":" + space + value
	})
	if commented {
		return code + " #" + comment
	}
	return code
}
