package request

// Option is what may be said with a command beside its networks, each declared once for command line, JSON and page.
type Option struct {
	Name    string   // the long flag of the command line, and the key in JSON
	Aliases []string // further flags of the command line
	Kind    Kind
	Default string // the text where it is not given
	Usage   string // with the word for its text in backquotes
}

// Kind is what an option takes.
type Kind int

// The kinds: one text, several that commas part, or nothing.
const (
	Text Kind = iota
	List
	Switch
)

// text is an option of one text without a default.
func text(name, usage string) Option { return Option{Name: name, Usage: usage} }

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
