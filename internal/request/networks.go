package request

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
)

// strictOption makes an operator of an ONNX file that is not known an error.
func strictOption() Option {
	return toggle("strict", "refuse ONNX files with unknown operators, instead of counting those as nothing and naming them")
}

// subjects finds the networks that a request names.
func (s *Store) subjects(req *Request) ([]cost.Subject, error) {
	stdin := func(n Network) bool { return n == Network{Name: "-"} }
	if at := slices.IndexFunc(req.Networks, stdin); at >= 0 && slices.ContainsFunc(req.Networks[at+1:], stdin) {
		return nil, usagef("", "standard input can be read once, but - stands twice")
	}
	context, err := decodeContext(req)
	if err != nil {
		return nil, err
	}
	o := onnx.Options{Strict: req.On("strict")}
	return each(req.Networks, func(n Network) (cost.Subject, error) {
		subject, err := s.subject(n, o)
		if err != nil || context.IsZero() {
			return subject, err
		}
		return decoding(subject, context)
	})
}

// shippedHint says where the names of networks are.
const shippedHint = "skipcost zoo lists what is shipped"

// namesOne refuses a request that does not name exactly one network.
func (req *Request) namesOne() error {
	if len(req.Networks) != 1 {
		return usagef(shippedHint, "%s takes one network, not %d", req.command.Name, len(req.Networks))
	}
	return nil
}

// oneSubject is the one network that is named, with its settings.
func (s *Store) oneSubject(req *Request) (cost.Subject, error) {
	if err := req.namesOne(); err != nil {
		return cost.Subject{}, err
	}
	subjects, err := s.boundSubjects(req)
	if err != nil {
		return cost.Subject{}, err
	}
	return subjects[0], nil
}

// boundSubjects are the networks that a request names, with what set binds.
func (s *Store) boundSubjects(req *Request) ([]cost.Subject, error) {
	set, err := parseSettings("set", req.List("set"))
	if err != nil {
		return nil, err
	}
	subjects, err := s.subjects(req)
	if err != nil {
		return nil, err
	}
	return applySettings("set", subjects, set)
}

// subject reads a network.
func (s *Store) subject(n Network, o onnx.Options) (cost.Subject, error) {
	if n.File == "" {
		return s.named(n.Name, o)
	}
	return s.networks.of(networkKey{Network: n, strict: o.Strict}, func() (cost.Subject, error) {
		if n.Stored != "" {
			return s.read(n.Stored, n.File, o)
		}
		return readSpec(strings.NewReader(n.Text), n.File, n.File)
	})
}

// named reads what looks like a path, YAML or ONNX, or standard input for -, and takes everything else for a shipped network.
func (s *Store) named(name string, o onnx.Options) (cost.Subject, error) {
	if strings.HasPrefix(name, "-") && name != "-" {
		return cost.Subject{}, usagef("flags of no command stand here", "unexpected %q", name)
	}
	if path, preset, is := s.cutPreset(name); is {
		return s.presetOf(path, preset, o)
	}
	if IsPath(name) {
		return s.read(name, name, o)
	}
	shipped, err := s.networks.of(networkKey{Network: Network{Name: name}}, func() (cost.Subject, error) {
		m, err := zoo.Find(name)
		if err != nil {
			return cost.Subject{}, err
		}
		return cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}, nil
	})
	var missing *zoo.NotFoundError
	if errors.As(err, &missing) {
		if s.has(name) {
			return s.read(name, name, o)
		}
		return cost.Subject{}, usagef(s.networkHint(missing), "unknown network %q", name)
	}
	return shipped, err
}

// scheme is a scheme, fully connected or convolutional.
func (s *Store) scheme(name string, conv bool) (*arch.Network, error) {
	kept, err := s.networks.of(networkKey{Network: Network{Name: name}, scheme: true, conv: conv}, func() (cost.Subject, error) {
		n, err := zoo.Scheme(name, conv)
		return cost.Subject{Network: n}, err
	})
	return kept.Network, err
}

// networkHint is a hint for an unknown network: a file of a similar name, a shipped network, or a file of another kind.
func (s *Store) networkHint(missing *zoo.NotFoundError) string {
	for _, ext := range []string{".yaml", ".yml", ".onnx"} {
		if s.has(missing.Name + ext) {
			return choose.Meant(missing.Name+ext, "")
		}
	}
	if filepath.Ext(missing.Name) != "" {
		return choose.Meant(missing.Nearest, "files are YAML or ONNX, to which frameworks export; "+shippedHint)
	}
	return choose.Meant(missing.Nearest, shippedHint+"; files are given by their path")
}

// cutPreset splits the name of a preset off a path, as in mynet.yaml:big, where no file is called that.
func (s *Store) cutPreset(name string) (path, preset string, is bool) {
	at := strings.LastIndexByte(name, ':')
	if at < 0 || !IsPath(name[:at]) {
		return "", "", false
	}
	if s.has(name) {
		return "", "", false
	}
	return name[:at], name[at+1:], true
}

// presetOf reads a file, and binds what its preset of that name sets.
func (s *Store) presetOf(path, preset string, o onnx.Options) (cost.Subject, error) {
	subject, err := s.read(path, path, o)
	if err != nil {
		return cost.Subject{}, err
	}
	n := subject.Network
	p, ok := n.Preset(preset)
	if !ok {
		names := presetNames(n)
		hint := path + " has no presets"
		if near := choose.Nearest(preset, names); near != "" {
			hint = fmt.Sprintf("did you mean %s:%s?", path, near)
		} else if len(names) > 0 {
			hint = "presets are " + strings.Join(names, ", ")
		}
		return cost.Subject{}, usagef(hint, "%s has no preset %q", path, preset)
	}
	subject.Name, subject.Set = path+":"+preset, map[string]symbolic.Expr{}
	for _, s := range p.Set {
		subject.Set[s.Name] = s.Value.Expr
	}
	return subject, nil
}

func presetNames(n *arch.Network) []string {
	var out []string
	for _, p := range n.Presets {
		out = append(out, p.Name)
	}
	return out
}

// presetNotes names the presets of files that are priced with their defaults, once where several have the same.
func presetNotes(subjects []cost.Subject) []string {
	var all []string // the lists of presets, each once
	files := map[string][]string{}
	for _, s := range subjects {
		if names := presetNames(s.Network); IsPath(s.Name) && len(names) > 0 {
			list := strings.Join(names, ", ")
			if files[list] == nil {
				all = append(all, list)
			}
			files[list] = append(files[list], s.Name)
		}
	}
	out := make([]string, len(all))
	for k, list := range all {
		names, has := files[list], "has"
		if len(names) > 1 {
			has = "have"
		}
		first, _, _ := strings.Cut(list, ", ")
		out[k] = fmt.Sprintf("%s: %s the presets %s; %s:%s prices the first", strings.Join(names, ", "), has, list, names[0], first)
	}
	return out
}

// isONNX reports whether a file is ONNX, which its name says.
func isONNX(path string) bool { return strings.EqualFold(filepath.Ext(path), ".onnx") }

// IsPath reports whether a name is that of a file, or stands for standard input.
func IsPath(name string) bool {
	ext := filepath.Ext(name)
	return name == "-" || ext == ".yaml" || ext == ".yml" || isONNX(name) || filepath.IsAbs(name) || strings.HasPrefix(name, ".")
}

// read reads a file of the source, or standard input for -, as the subject of a name.
func (s *Store) read(path, name string, o onnx.Options) (cost.Subject, error) {
	if path == "-" && s.Stdin != nil {
		return readSpec(s.Stdin, "<stdin>", name)
	}
	f, err := s.open(path)
	if err != nil {
		return cost.Subject{}, err
	}
	defer f.Close()
	if isONNX(name) {
		t, err := onnx.Read(f, f.Size(), name, o)
		if err != nil {
			return cost.Subject{}, err
		}
		return cost.Subject{Name: name, Network: t.Network, Open: t}, nil
	}
	return readSpec(f, name, name)
}

// readSpec reads a file as the subject of a name, which keeps the rest of the budget for resolving and pricing.
func readSpec(r io.Reader, file, name string) (cost.Subject, error) {
	budget := symbolic.NewBudget()
	n, err := spec.ReadWithin(budget, r, file)
	return cost.Subject{Name: name, Network: n, Budget: budget}, err
}

// parseSettings reads --set L=190,k=40 --set theta=1/2.
func parseSettings(flag string, values []string) (map[string]symbolic.Expr, error) {
	set := map[string]symbolic.Expr{}
	for _, value := range values {
		name, text, ok := strings.Cut(value, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			return nil, usagef("", "--%s needs NAME=VALUE, not %q", flag, value)
		}
		e, err := symbolic.Parse(text)
		if err != nil {
			return nil, valueError(fmt.Sprintf("--%s %s", flag, name), text, err)
		}
		if _, constant := e.Rational(); !constant {
			return nil, usagef("", "--%s %s must be a number, not %q", flag, name, text)
		}
		if _, twice := set[name]; twice {
			return nil, usagef("", "--%s %s is given twice", flag, name)
		}
		set[name] = e
	}
	return set, nil
}

func valueError(what, text string, err error) error {
	var syntax *symbolic.SyntaxError
	if errors.As(err, &syntax) {
		return usagef(syntax.Hint, "%s: %q: %s", what, text, syntax.Message)
	}
	return usagef("", "%s: %q: %v", what, text, err)
}

// applySettings gives each subject the settings it has a symbol for. A setting that no subject has is an error.
func applySettings(flag string, subjects []cost.Subject, set map[string]symbolic.Expr) ([]cost.Subject, error) {
	used := map[string]bool{}
	var known []string
	out := make([]cost.Subject, len(subjects))
	for k, s := range subjects {
		own := map[string]symbolic.Expr{}
		for _, symbol := range s.Network.Symbols {
			known = append(known, symbol.Name)
			if v, ok := set[symbol.Name]; ok {
				own[symbol.Name], used[symbol.Name] = v, true
			}
		}
		out[k] = s.With(own)
	}
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !used[name] {
			return nil, unknownSymbol(flag, name, known)
		}
	}
	return out, nil
}

func unknownSymbol(flag, name string, known []string) error {
	slices.Sort(known)
	known = slices.Compact(known)
	hint := "there are no symbols to set"
	if len(known) > 0 {
		hint = "symbols are " + strings.Join(known, ", ")
	}
	if near := choose.Nearest(name, known); near != "" && near != name {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return usagef(hint, "--%s: no symbol %q", flag, name)
}
