package request

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report/explain"
)

// lexicon is the words whose meaning can be asked, but for layers, costs and conventions: options and what they take, words and
// parameters of the language, and names in expressions and rules. A word that means the same in several places is there once.
type lexicon []explain.Meaning

func newLexicon() lexicon {
	l := valueWords()
	for _, c := range Commands() {
		for _, o := range c.Options {
			l.add(o.Name, "option of "+c.Name, strings.ReplaceAll(o.Usage, "`", ""))
		}
	}
	for _, w := range spec.Words() {
		l.add(w.Name, w.Of, w.Doc)
	}
	for _, k := range arch.Kinds() {
		for _, p := range k.Parameters {
			l.add(p.Name, "parameter of "+k.Name, p.Doc)
		}
	}
	for _, p := range arch.LinkPatterns() {
		l.add(string(p), "links of repeat", p.Doc())
	}
	for _, g := range arch.Gatherings() {
		l.add(string(g), "gather of repeat", g.Doc())
	}
	for _, f := range arch.StreamForms() {
		l.add(string(f), "form of streams", f.Doc())
	}
	for _, f := range symbolic.Functions() {
		l.add(f.Name, "function in expressions", f.Doc)
	}
	for _, v := range cost.Variables() {
		l.add(v.Name, "name in rules", v.Doc)
	}
	return l
}

// valueWords are the words that options of all commands take.
func valueWords() lexicon {
	var l lexicon
	for _, c := range Commands() {
		for _, o := range c.Options {
			if o.Meaning == nil {
				continue
			}
			for _, w := range o.Words() {
				l.add(w, "--"+o.Name, o.Meaning(w))
			}
		}
	}
	return l
}

// add takes a meaning, or another place where a word has it.
func (l *lexicon) add(word, where, meaning string) {
	same := func(m explain.Meaning) bool { return m.Word == word && m.Meaning == meaning }
	k := slices.IndexFunc(*l, same)
	if k < 0 {
		*l = append(*l, explain.Meaning{Word: word, Where: where, Meaning: meaning})
		return
	}
	m := &(*l)[k]
	if places := strings.Split(m.Where, ", "); where != places[0] && !slices.Contains(places, another(m.Where, where)) {
		m.Where += ", " + another(m.Where, where)
	}
}

// another is a further place in a list of them, without what all of them begin with.
func another(list, where string) string {
	what, name, is := strings.Cut(where, " of ")
	if is && strings.HasPrefix(list, what+" of ") {
		return name
	}
	return where
}

// of are the meanings of a word.
func (l lexicon) of(word string) lexicon {
	return slices.DeleteFunc(slices.Clone(l), func(m explain.Meaning) bool { return m.Word != word })
}

// withNetwork are the meanings of a word, that of a shipped network among them.
func (l lexicon) withNetwork(word string) lexicon {
	out := l.of(word)
	if n, err := zoo.Find(word); err == nil {
		out.add(word, "network", n.Network.Source+"; skipcost calc "+word+" says what it costs")
	}
	return out
}

// names are the words, for finding one that was meant.
func (l lexicon) names() []string {
	return names(l, func(m explain.Meaning) string { return m.Word })
}
