package spec

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Words that may stand in place of a layer's name.
const (
	wordIdentity = "identity"
	wordRepeat   = "repeat"
	wordStreams  = "streams"
	wordCouple   = "couple"
	wordHead     = "head"
	wordIf       = "if"
	wordThen     = "then"
	wordElse     = "else"
	wordLet      = "let"
	wordAs       = "as"
	wordFrom     = "from"

	wordCheckpoint = "checkpoint"
	wordSurvives   = "survives"
)

func stepWords() []string {
	return []string{wordIdentity, wordRepeat, wordStreams, wordCouple, wordHead, wordIf, wordLet, wordAs, wordFrom, wordCheckpoint, wordSurvives}
}

// isName reports whether a text is a letter or underscore, followed by letters, digits and underscores.
func isName(s string) bool {
	for k, r := range s {
		if !nameRune(r) || k == 0 && isDigit(r) {
			return false
		}
	}
	return s != ""
}

// isNull reports whether YAML reads a name as nothing.
func isNull(s string) bool { return strings.EqualFold(s, "null") }

func nameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || isDigit(r) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// spelled is the name by which expressions know a symbol: θ is theta.
func spelled(name string) string {
	if !isName(name) || strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return name
	}
	if e, err := symbolic.Parse(name); err == nil {
		if names := e.Symbols(); len(names) == 1 {
			return names[0]
		}
	}
	return name
}

// newName checks the name of a symbol, a parameter or a tensor.
func (p *problems) newName(what, name string, pos arch.Pos) bool {
	switch {
	case !isName(name) || isNull(name):
		p.problem(pos, "a name is letters, digits and underscores, and starts with a letter", "%q cannot be the name of %s", name, what)
	case slices.Contains(arch.ReservedNames(), name):
		p.problem(pos, choose.List("reserved are", arch.ReservedNames()), "%q cannot be the name of %s: it is reserved", name, what)
	default:
		return true
	}
	return false
}

// scope is the names that the steps of one list may use.
type scope struct {
	names     []string // symbols and parameters of the block
	fractions []string // those among them that need not be whole
	width     bool     // whether c means something here
	index     bool     // whether i does
	links     bool     // whether links does
	any       bool     // whether every name has one, because the symbols could not be read
	slots     []string // parameters of the block that stand for steps
	branch    bool     // inside an if, where a block may use itself
	taps      map[string]bool
	mirrored  map[string]bool // names in repeats of this list, which later repeats can read
	repeated  bool            // whether this is the list of a repeat
	outer     *scope          // where taps are looked up too; nil at the top and in the body of a block
}

// inner is the scope of a list inside this one: it sees the taps of this one, and its own are not seen outside.
func (s *scope) inner() *scope {
	in := *s
	in.taps, in.mirrored, in.repeated, in.outer = map[string]bool{}, map[string]bool{}, false, s
	return &in
}

// declare adds a number: a parameter of a block, or a name of a let. It counts as a fraction, because its value may be one.
func (s *scope) declare(number string) {
	s.names = append(slices.Clip(s.names), number)
	s.fractions = append(slices.Clip(s.fractions), number)
}

// take adds a parameter of a block.
func (s *scope) take(p arch.BlockParameter) {
	switch p.Takes {
	case arch.StepsParameter:
		s.slots = append(s.slots, p.Name)
	case arch.TensorParameter:
		s.taps[p.Name] = true
	default:
		s.declare(p.Name)
	}
}

// path is the scope of a path of a merge: its tensors can be read after the merge, the numbers that it names cannot.
func (s *scope) path() *scope {
	in := *s
	return &in
}

// tap reports whether a tensor of that name can be read here.
func (s *scope) tap(name string) bool {
	steps := s.width
	for repeated := false; s != nil; s = s.outer {
		if s.taps[name] || repeated && s.mirrored[name] {
			return true
		}
		repeated = repeated || s.repeated
	}
	return steps && name == arch.InputName
}

// visibleTaps lists the names that can be read here.
func (s *scope) visibleTaps() []string {
	var names []string
	for at := s; at != nil; at = at.outer {
		for _, table := range []map[string]bool{at.taps, at.mirrored} {
			for name := range table {
				if s.tap(name) {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// knows reports whether an expression may use a name here.
func (s *scope) knows(name string) bool {
	switch name {
	case arch.IncomingWidth:
		return s.width
	case arch.RepeatIndex:
		return s.index
	case arch.LinkCount:
		return s.links
	}
	return s.any || slices.Contains(s.names, name)
}

// onlyKeys refuses the keys of a map that are not known. It returns the known ones that were meant, of those that are not given: where
// none is near, the next that is required.
func (r *reader) onlyKeys(of string, n *node, known []string, required ...string) (meant []string) {
	lacking := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return n.get(name) != nil || slices.Contains(meant, name) })
	}
	for _, p := range n.pairs {
		if slices.Contains(known, spelled(p.key.text)) {
			continue
		}
		here, hint := arch.ForeignParameter(p.key.text, known)
		if here == "" {
			here = choose.Nearest(p.key.text, lacking(known))
		}
		if hint == "" {
			hint = r.nearest(p.key.text, lacking(known), choose.List("it takes", known))
		}
		if needed := lacking(required); here == "" && len(needed) > 0 {
			here = needed[0]
		}
		meant = append(meant, here)
		r.problem(p.key.pos, hint, "%s has no parameter %q", of, p.key.text)
	}
	return meant
}
