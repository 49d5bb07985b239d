package spec

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Parse reads a network. The name of the file only appears in messages. The error is *arch.Problems: every mistake that can be
// found without resolving shapes, in source order.
func Parse(file string, text []byte) (*arch.Network, error) {
	return parse(symbolic.NewBudget(), file, text)
}

func parse(budget *symbolic.Budget, file string, text []byte) (*arch.Network, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	p := &problems{file: &arch.File{Name: file, Text: string(text)}}
	if !p.readable(text) {
		p.file.Text = ""
		return nil, p.err()
	}
	root := p.yaml(strings.ReplaceAll(string(text), "\r\n", "\n"))
	if len(p.list) > 0 {
		return nil, p.err()
	}
	r := newReader(p, budget)
	r.read(root)
	if len(p.list) > 0 {
		return nil, p.err()
	}
	return r.network, nil
}

// Read is Parse on the text of r, up to MaxBytes. An error of r itself is returned with the name of the file.
func Read(r io.Reader, file string) (*arch.Network, error) {
	return ReadWithin(symbolic.NewBudget(), r, file)
}

// ReadWithin is Read on a budget, from which it spends the work of all expressions together.
func ReadWithin(budget *symbolic.Budget, r io.Reader, file string) (*arch.Network, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return parse(budget, file, text)
}
