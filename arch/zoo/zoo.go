package zoo

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// files are the networks as shipped; nothing writes to them.
//
//go:embed networks/*.yaml schemes/*.yaml
var files embed.FS

const (
	networks = "networks"
	schemes  = "schemes"

	extension    = ".yaml"
	schemePrefix = "scheme/" // names a scheme where a network has the same name
	convSuffix   = "-conv"   // names the convolutional twin of a scheme
	everySuffix  = "-every"  // names the form of a scheme whose skips are over several layers
)

// Schemes lists the schemes in the order of the founding discussion.
func Schemes() []string {
	return []string{"plain", "add", "concat", "densenet", "doubling", "halving", "heads"}
}

// variants lists the variants of the add scheme: with the activation before the weights, with sums that keep their variance,
// and with a learned scalar that can switch a branch off.
func variants() []string { return []string{"preact", "add-scaled", "gated"} }

// AllSchemes lists schemes and variants.
func AllSchemes() []string { return append(Schemes(), variants()...) }

// Every returns the form of a scheme whose skips jump over several layers, the number of its symbol every; false if there is
// none.
func Every(name string) (string, bool) {
	return name + everySuffix, name == "add" || name == "concat"
}

// known reports whether a name is that of a scheme, but for the suffix of its convolutional form.
func known(name string) bool {
	if _, has := Every(strings.TrimSuffix(name, everySuffix)); has && strings.HasSuffix(name, everySuffix) {
		return true
	}
	return slices.Contains(AllSchemes(), name)
}

// Scheme returns the scheme of that name, fully connected or convolutional.
func Scheme(name string, conv bool) (*arch.Network, error) {
	if !known(name) {
		return nil, &NotFoundError{Name: name, Nearest: choose.Nearest(name, AllSchemes())}
	}
	if conv {
		name += convSuffix
	}
	return parse(path.Join(schemes, name+extension))
}

// IsScheme reports whether a name may mean a scheme: "add", "add-conv" or "scheme/densenet". A network of the same name comes first.
func IsScheme(name string) bool {
	return known(strings.TrimSuffix(strings.TrimPrefix(name, schemePrefix), convSuffix))
}

// Entry is one name under networks/: a network with its defaults, or one of its presets.
type Entry struct {
	Name    string
	Family  string         // the network that defines it
	Source  string         // of the family
	Preset  string         // the name again if it is a preset, else empty
	Set     []arch.Setting // what the preset binds
	Network *arch.Network  // as read once for the family and all its presets
}

// Member is what Find finds under the name of the entry.
func (e *Entry) Member() *Member { return member(e.Network, e.Name) }

// Entries lists every network, each followed by its presets. It reads all the files.
func Entries() ([]Entry, error) {
	names, err := list(networks)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, file := range names {
		n, err := parse(file)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Name: n.Name, Family: n.Name, Source: n.Source, Network: n})
		for _, p := range n.Presets {
			entries = append(entries, Entry{Name: p.Name, Family: n.Name, Source: n.Source, Preset: p.Name, Set: p.Set, Network: n})
		}
	}
	return entries, nil
}

// Member is a network as found by name, with what its preset binds.
type Member struct {
	Network *arch.Network
	Name    string
	Set     map[string]symbolic.Expr // for trace.Options; empty for a network with its defaults
}

// Find returns the network or preset of that name, else the scheme: "add", "add-conv", or "scheme/densenet" where a
// network has the same name. Where there is none its error is a *NotFoundError.
func Find(name string) (*Member, error) {
	n, _, err := find(name)
	if err != nil {
		return nil, err
	}
	return member(n, name), nil
}

func member(n *arch.Network, name string) *Member {
	m := &Member{Network: n, Name: name, Set: map[string]symbolic.Expr{}}
	p, _ := n.Preset(name)
	for _, s := range p.Set {
		m.Set[s.Name] = s.Value.Expr
	}
	return m
}

// Text returns the file that defines what Find finds, and its path: as shipped, and for a preset with its values bound.
func Text(name string) (text []byte, file string, err error) {
	n, file, err := find(name)
	if err != nil {
		return nil, "", err
	}
	text, err = files.ReadFile(file)
	if p, is := n.Preset(name); is && err == nil {
		text = withPreset(text, p)
	}
	return text, file, err
}

// NotFoundError says that nothing is shipped under a name.
type NotFoundError struct {
	Name    string
	Nearest string // what was likely meant; empty if nothing is near
}

// Error names what was looked for, and what was likely meant.
func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no network is named %q", e.Name)
	if e.Nearest != "" {
		text += "\n  hint: " + choose.Meant(e.Nearest, "")
	}
	return text
}

// find returns the network that a name leads to, and its file. It parses only the file that defines the name, for
// parsing them all takes longer than any answer.
func find(name string) (*arch.Network, string, error) {
	all, err := list(networks)
	if err != nil {
		return nil, "", err
	}
	for _, file := range all {
		defined, err := defines(file)
		if err != nil {
			return nil, "", err
		}
		if slices.Contains(defined, name) {
			n, err := parse(file)
			return n, file, err
		}
	}
	return findScheme(name)
}

// Names lists the names of [Entries], without parsing a file.
func Names() ([]string, error) {
	all, err := list(networks)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range all {
		defined, err := defines(file)
		if err != nil {
			return nil, err
		}
		names = append(names, defined...)
	}
	return names, nil
}

// defines lists the names of a file: its own, which it is called by, and those of its presets. It reads a shipped file as
// text: presets are indented, and the next key is not.
func defines(file string) ([]string, error) {
	text, err := files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	names := []string{stem(file)}
	_, presets, _ := bytes.Cut(text, []byte("\npresets:\n"))
	for line := range bytes.Lines(presets) {
		if line[0] != ' ' {
			break
		}
		if key, _, is := bytes.Cut(bytes.TrimSpace(line), []byte(":")); is && !bytes.HasPrefix(key, []byte("#")) {
			names = append(names, string(key))
		}
	}
	return names, nil
}

func findScheme(name string) (*arch.Network, string, error) {
	scheme := strings.TrimPrefix(name, schemePrefix)
	if !known(strings.TrimSuffix(scheme, convSuffix)) {
		return nil, "", notFound(name)
	}
	file := path.Join(schemes, scheme+extension)
	n, err := parse(file)
	return n, file, err
}

// notFound says which name was likely meant.
func notFound(name string) error {
	names, err := Names()
	if err != nil {
		return err
	}
	for _, s := range AllSchemes() {
		names = append(names, s, s+convSuffix)
	}
	return &NotFoundError{Name: name, Nearest: choose.Nearest(name, names)}
}

func list(dir string) ([]string, error) { return fs.Glob(files, dir+"/*"+extension) }

func stem(file string) string { return strings.TrimSuffix(path.Base(file), extension) }

func parse(file string) (*arch.Network, error) {
	all, err := parsed()
	if err != nil {
		return nil, err
	}
	read, shipped := all[file]
	if !shipped {
		return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
	}
	return read()
}

// parsed has a function for every shipped file that parses it once, when it is first asked for: nobody changes the networks it
// returns.
var parsed = sync.OnceValues(func() (map[string]func() (*arch.Network, error), error) {
	names, err := fs.Glob(files, "*/*"+extension)
	all := make(map[string]func() (*arch.Network, error), len(names))
	for _, file := range names {
		all[file] = sync.OnceValues(func() (*arch.Network, error) {
			text, err := files.ReadFile(file)
			if err != nil {
				return nil, err
			}
			return spec.Parse(file, text)
		})
	}
	return all, err
})
