package spec

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// Reference lists the keys of a file and every layer with its parameters, in Markdown, generated from what exists.
func Reference() string {
	var b strings.Builder
	b.WriteString("| key | what it holds |\n| --- | --- |\n")
	for _, k := range topKeys() {
		doc := k.doc
		if k.required {
			doc += " (required)"
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.name, doc)
	}
	b.WriteString("\n| step | parameter | values | unless said | what it is |\n| --- | --- | --- | --- | --- |\n")
	for _, k := range arch.Kinds() {
		fmt.Fprintf(&b, "| `%s` |  |  |  | %s |\n", k.Name, escaped(k.Doc))
		for _, p := range k.Parameters {
			fmt.Fprintf(&b, "|  | `%s` | %s | %s | %s |\n", p.Name, values(k, p), defaultText(p), escaped(p.Doc))
		}
	}
	return b.String()
}

// values describes what a parameter takes.
func values(k *arch.Kind, p arch.Parameter) string {
	text := p.Type.String()
	if len(p.Words) > 0 && p.Type == arch.Choice {
		text = strings.Join(p.Words, " or ")
	} else if len(p.Words) > 0 {
		text = strings.Join(p.Words, ", ") + " or " + text
	}
	if p.Name == k.Short {
		text += fmt.Sprintf("; short `%s: …`", k.Name)
	}
	return text
}

func defaultText(p arch.Parameter) string {
	if p.Required {
		return "must be given"
	}
	return p.DefaultText()
}

// escaped keeps a text from ending its cell of a table.
func escaped(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
