package spec

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/internal/choose"
)

// problems collects the mistakes in one file.
type problems struct {
	file *arch.File
	list []arch.Problem
}

func (p *problems) problem(pos arch.Pos, hint, format string, args ...any) {
	p.list = append(p.list, arch.Problem{Pos: pos, Message: shortened(fmt.Sprintf(format, args...)), Hint: shortened(hint)})
}

// maxMessageRunes bounds a message that quotes a very long text.
const maxMessageRunes = 300

func shortened(s string) string {
	if runes := []rune(s); len(runes) > maxMessageRunes {
		return string(runes[:maxMessageRunes]) + "…"
	}
	return s
}

func (p *problems) err() error { return arch.NewProblems(p.file, p.list) }

// readable refuses a file that is not text, or too large.
func (p *problems) readable(text []byte) bool {
	switch {
	case len(text) > MaxBytes:
		p.problem(arch.Pos{}, "", "too large for a network description: more than %d KiB", MaxBytes>>10)
	case bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text):
		p.problem(arch.Pos{}, "a network description is YAML in UTF-8; models of frameworks are exported to ONNX, in files that end in .onnx", "not a text file")
	case marks(text) > MaxTokens:
		p.problem(arch.Pos{}, "a block or a repeat says it once", "more than %d words and marks", MaxTokens)
	case len(bytes.TrimSpace(text)) == 0:
		p.nothingThere()
	default:
		return true
	}
	return false
}

// marks counts the characters that are tokens of YAML by themselves, as splitting a text into tokens takes far more memory than
// the text.
func marks(text []byte) int {
	n := 0
	for _, c := range text {
		if bytes.IndexByte([]byte("[]{},:*&!|>@%?`"), c) >= 0 {
			n++
		}
	}
	return n
}

func (p *problems) nothingThere() {
	p.problem(arch.Pos{}, `a network needs at least "name", "input" and "steps"`, "the file is empty")
}

// maxHints is the number of problems after which misspellings are no longer looked up, which takes more time than all the rest.
const maxHints = 10 * arch.MaxProblems

// nearest is the hint for a misspelt name: the candidate that was meant, or else the text given.
func (p *problems) nearest(name string, candidates []string, otherwise string) string {
	if len(p.list) > maxHints {
		return ""
	}
	return choose.Hint(name, candidates, otherwise)
}
