package spec

import _ "embed"

//go:embed LANGUAGE.md
var language string

// Language is the page that shows the language by examples, as Markdown.
func Language() string { return language }
