package request

import "strings"

// Option is an option of a command, declared once for command line, JSON and page.
type Option struct {
	Name    string   // the long flag of the command line, and the key in JSON
	Aliases []string // further flags of the command line
	Kind    Kind
	Default string // the text if the option is not given
	Group   Group  // the group under which help lists it
	Usage   string // help, with the placeholder for its text in backquotes

	// Words lists the possible texts, or the most common ones; nil where the text is free.
	Words func() []string
	// Meaning says what one of the words means; nil where they are open, or names of something that says it itself.
	Meaning func(word string) string
}

// Kind is the kind of value that an option takes.
type Kind string

// The kinds: one text, several separated by commas, or none.
const (
	Text   Kind = "text"
	List   Kind = "list"
	Switch Kind = "switch"
)

// Group is a group of options, named by its heading in the help.
type Group string

// The groups: options of a single command, and those that several commands share.
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

// oneOf is an option that takes the words of a type, which say what they mean.
func oneOf[T interface {
	~string
	Doc() string
}](o Option, words []T) Option {
	o.Meaning = func(word string) string { return T(word).Doc() }
	return o.among(func() []string { return spelled(words) })
}

// oneNamed is an option that takes the names of some values, each of which has words for what it is.
func oneNamed[T any](o Option, all []T, name, doc func(T) string) Option {
	o.Meaning = func(word string) string {
		for _, one := range all {
			if name(one) == word {
				return doc(one)
			}
		}
		return ""
	}
	return o.among(func() []string { return names(all, name) })
}

// among is the option with its possible texts, which replace %s in its usage.
func (o Option) among(words func() []string) Option {
	o.Words = words
	if before, after, is := strings.Cut(o.Usage, "%s"); is {
		o.Usage = before + strings.Join(words(), ", ") + after
	}
	return o
}
