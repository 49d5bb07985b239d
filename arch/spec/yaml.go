package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/skipcost/skipcost/arch"
)

// yaml reads the only document of a text. It returns nil after a problem.
func (p *problems) yaml(text string) *node {
	tokens, file, err := parseYAML(text, p.tokens)
	if len(p.list) > 0 {
		return nil
	}
	if err != nil {
		p.syntax(err)
		return nil
	}
	c := &converter{problems: p, lines: strings.Split(text, "\n"), used: map[*token.Token]bool{}}
	root := &node{}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			root = c.node(doc.Body)
		}
	}
	c.lost(tokens)
	return root
}

// parseYAML is the one boundary to the YAML library. Its parser is recursive, quadratic in places and not written against
// hostile input, so check decides from the tokens alone whether it may run, and a panic in it becomes an error.
func parseYAML(text string, check func(token.Tokens) bool) (tokens token.Tokens, file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not valid YAML (%v)", r)
		}
	}()
	tokens = lexer.Tokenize(text)
	if !check(tokens) {
		return tokens, nil, nil
	}
	// Duplicate keys are found by the reader, which goes on after the first.
	file, err = parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	return tokens, file, err
}

// syntax reports an error of the YAML library in one line; its own rendering quotes the source in another form.
func (p *problems) syntax(err error) {
	var located interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if !errors.As(err, &located) {
		p.problem(arch.Pos{}, "", "%v", err)
		return
	}
	message, hint := explained(oneLine(located.GetMessage()))
	pos := position(located.GetToken())
	if p.withoutColon(pos.Line) {
		hint = `a colon and a space stand between a name and what belongs to it, as in "conv: {out: 64}"`
	} else if p.stepInStep(pos.Line) {
		hint = "steps that belong to a name stand in brackets, as in add: [identity, [linear: 16]]"
	}
	p.problem(pos, hint, "not valid YAML: %s", message)
}

// withoutColon reports whether a line begins with a name and a brace or bracket without a colon and a space between.
func (p *problems) withoutColon(line int) bool {
	lines := strings.Split(p.file.Text, "\n")
	if line < 1 || line > len(lines) {
		return false
	}
	before, _, opens := strings.Cut(strings.NewReplacer("[", "{", "(", "_", ")", "_", ",", "_").Replace(lines[line-1]), "{")
	name := strings.TrimLeft(before, " -")
	return opens && !strings.HasSuffix(name, ": ") && isName(strings.TrimRight(name, " :"))
}

// stepInStep reports whether a line has a name, a colon and another step behind it, without brackets.
func (p *problems) stepInStep(line int) bool {
	lines := strings.Split(p.file.Text, "\n")
	if line < 1 || line > len(lines) {
		return false
	}
	parts := strings.SplitN(strings.TrimLeft(lines[line-1], " -"), ": ", 3)
	return len(parts) == 3 && (slices.Contains(stepWords(), parts[1]) || arch.KindByName(parts[1]) != nil)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// explained adds hints to the errors of the library that people meet most, and rewords some of them.
func explained(message string) (plainly, hint string) {
	const nesting = "the keys of a map, and the dashes of a list, stand under each other"
	switch {
	case strings.HasPrefix(message, "found character ' '"):
		return "a tab at the start of a line", "indent with spaces"
	case strings.Contains(message, "mapping value is not allowed"):
		return message, `text that contains ": " needs quotes; ` + nesting
	case strings.Contains(message, "value is not allowed"):
		return message, nesting
	case strings.Contains(message, "unexpected key name"):
		return message, `a key ends in a colon and a space, as in "name: x"`
	case strings.Contains(message, "unexpected scalar value type"):
		return "a value is missing", "a layer without arguments is written without a colon"
	case strings.Contains(message, "must be specified"), strings.Contains(message, "end token"):
		return message, "a bracket or brace is not closed, or a comma is missing"
	case strings.Contains(message, "reserved character"):
		return message, "text that starts with it needs quotes"
	}
	return message, ""
}

func position(t *token.Token) arch.Pos {
	if t == nil || t.Position == nil {
		return arch.Pos{}
	}
	return arch.Pos{Line: t.Position.Line, Column: max(t.Position.Column, 1)}
}

// converter turns the library's tree into nodes.
type converter struct {
	*problems
	lines  []string
	number int    // of the line in runes
	runes  []rune // that line
	used   map[*token.Token]bool
}

func (c *converter) node(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.MappingNode:
		m := &node{kind: mapping, pos: position(n.Start)}
		for _, v := range n.Values {
			m.pairs = append(m.pairs, pair{c.key(v.Key), c.node(v.Value)})
		}
		switch {
		case n.IsFlowStyle:
			m.pairs = c.rejoinPairs(m.pairs)
		case len(m.pairs) > 0:
			m.pos = m.pairs[0].key.pos
		}
		return m
	case *ast.SequenceNode:
		l := &node{kind: list, pos: position(n.Start)}
		for _, v := range n.Values {
			l.items = append(l.items, c.node(v))
		}
		if n.IsFlowStyle {
			l.items = c.rejoinItems(l.items)
		}
		return l
	case *ast.LiteralNode:
		c.used[n.Value.Token] = true
		return &node{kind: scalar, text: strings.TrimRight(n.Value.Token.Value, "\n"), pos: position(n.Start)}
	case *ast.NullNode:
		c.used[n.Token] = true
		return &node{pos: position(n.Token)}
	case nil:
		return &node{}
	}
	return c.scalar(n.GetToken())
}

// key is the key of a map, of which null is one like any other.
func (c *converter) key(n ast.MapKeyNode) *node { return c.scalar(n.GetToken()) }

func (c *converter) scalar(t *token.Token) *node {
	if t == nil {
		return &node{}
	}
	c.used[t] = true
	s := &node{kind: scalar, text: t.Value, pos: position(t)}
	s.locate(c.line(s.pos.Line))
	return s
}

// line is a source line in runes; texts with all their values on one line are common, so the last one is kept.
func (c *converter) line(number int) []rune {
	if number < 1 || number > len(c.lines) {
		return nil
	}
	if number != c.number {
		c.number, c.runes = number, []rune(c.lines[number-1])
	}
	return c.runes
}

// lost refuses a text in which the library has skipped a value, so that nothing in a file goes uncounted.
func (c *converter) lost(tokens token.Tokens) {
	for _, t := range tokens {
		if isScalar(t.Type) && !c.used[t] {
			c.problem(position(t), "check the indentation around it", "not valid YAML: %q stands where nothing may stand", t.Value)
			return
		}
	}
}

func isScalar(t token.Type) bool {
	switch t {
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType, token.BoolType, token.NullType,
		token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType, token.HexIntegerType,
		token.FloatType, token.InfinityType, token.NanType:
		return true
	}
	return false
}
