package request

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
)

// TestOptions: of each command no two options have a name in common, what an option is by default is among its words, and its help
// names its text.
func TestOptions(t *testing.T) {
	for _, c := range Commands() {
		seen := map[string]bool{}
		for _, o := range c.Options {
			for _, name := range append([]string{o.Name}, o.Aliases...) {
				assert.False(t, seen[name], "%s: %s", c.Name, name)
				seen[name] = true
			}
			assert.NotContains(t, o.Usage, "%s", "%s: %s", c.Name, o.Name)
			assert.Equal(t, o.Kind != Switch, strings.Count(o.Usage, "`") == 2, "%s: %s", c.Name, o.Name)
			if o.Words != nil {
				words := o.Words()
				assert.NotEmpty(t, words, "%s: %s", c.Name, o.Name)
				assert.True(t, o.Default == "" || slices.Contains(words, o.Default), "%s: %s", c.Name, o.Name)
			}
		}
		for _, f := range c.Formats {
			if c.option("format") != nil {
				_, err := report.ParseFormat(string(f), c.Formats...)
				assert.NoError(t, err)
			}
		}
	}
}

// TestOptionsThatAreReadExist: every name of an option that stands in this package is one that some command takes.
func TestOptionsThatAreReadExist(t *testing.T) {
	known := map[string]bool{}
	for _, c := range Commands() {
		for _, o := range c.Options {
			known[o.Name] = true
		}
	}
	read := readOptions(t)
	for name := range read {
		assert.True(t, known[name], "no command takes %s", name)
	}
	assert.Greater(t, len(read), 30)
}

// readOptions are the names that stand where an option is read.
func readOptions(t *testing.T) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	methods := []string{"Text", "On", "Given", "List"}
	read := map[string]bool{}
	look := func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		selector, is := call.Fun.(*ast.SelectorExpr)
		if !is || !slices.Contains(methods, selector.Sel.Name) || len(call.Args) != 1 {
			return true
		}
		if of, is := selector.X.(*ast.Ident); !is || of.Name != "req" {
			return true
		}
		if literal, is := call.Args[0].(*ast.BasicLit); is {
			name, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			read[name] = true
		}
		return true
	}
	for _, path := range paths {
		if !strings.HasSuffix(path, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, look)
		}
	}
	return read
}

// TestChoices: menus are made of what the commands take.
func TestChoices(t *testing.T) {
	text, err := Choices()
	require.NoError(t, err)
	var all struct {
		Version  string
		Commands map[string]map[string]choice
	}
	require.NoError(t, json.Unmarshal(text, &all))
	assert.NotEmpty(t, all.Version)
	assert.Len(t, all.Commands, len(Commands()))
	assert.Equal(t, choice{Kind: Text, Default: "10", Values: []string{}, Usage: "number of `LAYERS` of the schemes"}, all.Commands["calc"]["depth"])
	assert.Equal(t, []string{"keep", "drop", "add"}, all.Commands["swap"]["projections"].Values)
	assert.Equal(t, Switch, all.Commands["calc"]["layers"].Kind)
}
