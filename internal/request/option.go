package request

import "strings"

// Option is what may be said with a command beside its networks, each declared once for command line, JSON and page.
type Option struct {
	Name    string   // the long flag of the command line, and the key in JSON
	Aliases []string // further flags of the command line
	Kind    Kind
	Default string // the text where it is not given
	Group   Group  // what it is about, by which help lists it
	Usage   string // with the word for its text in backquotes

	// Words lists what its text may be, or what it mostly is where it may be more; nil where it is open.
	Words func() []string
}

// Kind is what an option takes.
type Kind string

// The kinds: one text, several that commas part, or nothing.
const (
	Text   Kind = "text"
	List   Kind = "list"
	Switch Kind = "switch"
)

// Group is what options are about, in the words of a heading.
type Group string

// The groups: what a command asks by itself, and what several commands ask alike.
const (
	Own      Group = ""
	Schemes  Group = "schemes, where no network is named"
	Training Group = "training and deployment"
	Output   Group = "output"
)

// Groups are all, in the order of help.
func Groups() []Group { return []Group{Own, Schemes, Training, Output} }

// grouped are options of one group.
func grouped(about Group, options ...Option) []Option {
	for k := range options {
		options[k].Group = about
	}
	return options
}

// text is an option of one text without a default.
func text(name, usage string) Option { return Option{Name: name, Kind: Text, Usage: usage} }

// list is an option of several texts.
func list(name, usage string) Option { return Option{Name: name, Kind: List, Usage: usage} }

// toggle is an option that is on or off.
func toggle(name, usage string) Option { return Option{Name: name, Kind: Switch, Usage: usage} }

// or is the option with a default.
func (o Option) or(byDefault string) Option {
	o.Default = byDefault
	return o
}

// also is the option with further flags on the command line.
func (o Option) also(aliases ...string) Option {
	o.Aliases = aliases
	return o
}

// among is the option with the words for its text, which stand in its usage at %s.
func (o Option) among(words func() []string) Option {
	o.Words = words
	if before, after, is := strings.Cut(o.Usage, "%s"); is {
		o.Usage = before + strings.Join(words(), ", ") + after
	}
	return o
}
