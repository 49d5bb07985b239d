// Package request holds what a person asks for, as data. A [Request] names a command, networks and options, the same from the
// command line, from the page and from a program, and a [Store] answers it. Nothing here knows of flags or terminals.
//
// The options of a command stand in its value, see [Commands]: the command line makes its flags of them, [Parse] checks the
// keys of JSON by them, and [CommandLine] writes the command that repeats a request. The text of an option is read only where a
// command is answered, by the parsers of the packages below, so that a mistake has the same message wherever it comes from.
package request

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/internal/choose"
)

// Request is a command, the networks that it is about, and the options that are given. [New] makes one.
type Request struct {
	Networks []Network
	command  *Command
	given    map[string][]string // by the name of the option: one text, or those of a list; none for a switch
}

// Network says where a network comes from: a shipped one or a path, by Name; or a file, as Text or under a key in the store.
type Network struct {
	Name   string // of a shipped network, a path, or - for standard input
	File   string // the name of the file in messages
	Text   string // the YAML of the file
	Stored string // or the key that the store's source knows the file by
}

// called is the name of a network on a command line.
func (n Network) called() string {
	if n.File != "" {
		return n.File
	}
	return n.Name
}

// New is a request to a command, without options. The error of an unknown command is a [UsageError].
func New(command string, networks ...Network) (*Request, error) {
	c, err := Find(command)
	if err != nil {
		return nil, err
	}
	return c.Request(networks...), nil
}

// Request is a request to the command, without options.
func (c *Command) Request(networks ...Network) *Request {
	return &Request{Networks: networks, command: c, given: map[string][]string{}}
}

// Command is the command that is asked.
func (req *Request) Command() *Command { return req.command }

// Give gives an option its text; a list may be given several texts, each of which may be several with commas between them, and a
// switch takes none. The error of an option that the command does not take is a [UsageError].
func (req *Request) Give(option string, texts ...string) error {
	o := req.command.option(option)
	if o == nil {
		names := req.command.optionNames()
		return usagef(choose.Hint(option, names, choose.List("options are", names)), "%s takes no option %q", req.command.Name, option)
	}
	switch {
	case o.Kind == Switch && len(texts) > 0:
		return usagef("", "%s is a switch, and takes no text", option)
	case o.Kind == Text && len(texts) != 1:
		return usagef("", "%s takes one text, not %d", option, len(texts))
	case o.Kind == List:
		if len(texts) == 0 {
			return nil
		}
		texts = strings.Split(strings.Join(texts, ","), ",")
		for k, text := range texts {
			texts[k] = strings.TrimSpace(text)
		}
	}
	req.given[option] = slices.Clone(texts)
	return nil
}

// with is the request with an option that the command takes.
func (req *Request) with(option string, texts ...string) *Request {
	req.given[option] = texts
	return req
}

// Given reports whether an option is given.
func (req *Request) Given(option string) bool {
	_, is := req.given[option]
	return is
}

// Text is the text of an option, or what it is where it is not given; empty where the command does not take it.
func (req *Request) Text(option string) string {
	if texts, is := req.given[option]; is {
		return strings.Join(texts, ",")
	}
	if o := req.command.option(option); o != nil {
		return o.Default
	}
	return ""
}

// List is the texts of a list, none where it is not given.
func (req *Request) List(option string) []string { return slices.Clone(req.given[option]) }

// On reports whether a switch is on.
func (req *Request) On(option string) bool { return req.Given(option) }
