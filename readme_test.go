package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/command"
)

var update = flag.Bool("update", false, "rewrite the output shown in README.md")

// TestREADME runs every command that README.md shows in a block of ```console, in order, and compares what it prints with
// the lines that follow it. A fenced block below the comment <!-- file: mynet.yaml --> is a file that the commands after it
// see, besides those of the repository. Known are skipcost (also as go run .), cat and echo $?, with quotes, pipes,
// redirection and lines that end in \.
func TestREADME(t *testing.T) {
	root, err := os.Getwd()
	require.NoError(t, err)
	path := filepath.Join(root, "README.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	t.Chdir(workspace(t, root))

	s := &session{program: command.Run}
	got, err := s.replay(string(text))
	require.NoError(t, err)
	require.NotZero(t, s.commands, "README.md shows no command")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	assert.Equal(t, string(text), got, "README.md shows other output than the program prints; go test . -update rewrites it")
}

var (
	pictureComment = regexp.MustCompile(`(?m)^<!-- picture: skipcost (.*) -->\n(.*)$`)
	image          = regexp.MustCompile(`^!\[[^\]]+\]\(([a-z0-9/.-]+)\)$`)
)

// TestREADMEPictures draws every picture again that README.md shows below the comment <!-- picture: skipcost … -->, and compares it
// with the file.
func TestREADMEPictures(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	found := pictureComment.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, found)
	for _, m := range found {
		shown := image.FindStringSubmatch(m[2])
		require.NotNil(t, shown, "no picture with a text follows %q", m[1])
		var drawn, failed bytes.Buffer
		require.Zero(t, command.Run(strings.Fields(m[1]), strings.NewReader(""), &drawn, &failed), failed.String())
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(shown[1]), 0o755))
			require.NoError(t, os.WriteFile(shown[1], drawn.Bytes(), 0o644))
			continue
		}
		there, err := os.ReadFile(shown[1])
		require.NoError(t, err)
		assert.Equal(t, string(there), drawn.String(), "%s is another picture than the program draws; go test . -update draws it again", shown[1])
	}
}

// workspace is a folder that shows the repository's files, so that what commands write does not land among them.
func workspace(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			require.NoError(t, os.Symlink(filepath.Join(root, e.Name()), filepath.Join(dir, e.Name())))
		}
	}
	return dir
}

// session runs the commands of one document in the current folder.
type session struct {
	program  func(args []string, stdin io.Reader, stdout, stderr io.Writer) int
	commands int // how many have run
	code     int // how the last one ended
}

var fileComment = regexp.MustCompile(`^<!-- file: (\S+) -->$`)

// replay returns the document with the output that its commands have now.
func (s *session) replay(document string) (string, error) {
	var out []string
	lines := strings.Split(document, "\n")
	file := ""
	for k := 0; k < len(lines); k++ {
		line := lines[k]
		out = append(out, line)
		if m := fileComment.FindStringSubmatch(line); m != nil {
			file = m[1]
		}
		if !strings.HasPrefix(line, "```") {
			if file != "" && line != "" && !fileComment.MatchString(line) {
				return "", fmt.Errorf("line %d: no fenced block follows the name of %s", k+1, file)
			}
			continue
		}
		end := k + 1
		for end < len(lines) && lines[end] != "```" {
			end++
		}
		if end == len(lines) {
			return "", fmt.Errorf("line %d: the block has no end", k+1)
		}
		block := lines[k+1 : end]
		switch {
		case file != "":
			if err := newFile(file, block); err != nil {
				return "", fmt.Errorf("line %d: %w", k+1, err)
			}
			file = ""
		case line == "```console":
			shown, err := s.console(block)
			if err != nil {
				return "", fmt.Errorf("block of line %d: %w", k+1, err)
			}
			block = shown
		}
		out = append(append(out, block...), lines[end])
		k = end
	}
	return strings.Join(out, "\n"), nil
}

func newFile(name string, lines []string) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%s is no file beside the README", name)
	}
	if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is a file of the repository", name)
	}
	return os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// console returns the commands of a block, each with its output.
func (s *session) console(block []string) ([]string, error) {
	var out []string
	for k := 0; k < len(block); k++ {
		line, ok := strings.CutPrefix(block[k], "$ ")
		if !ok {
			if len(out) == 0 {
				return nil, errors.New("it does not begin with a command ($ …)")
			}
			continue // old output
		}
		out = append(out, block[k])
		for strings.HasSuffix(line, `\`) && k+1 < len(block) {
			k++
			out = append(out, block[k])
			line = strings.TrimSuffix(line, `\`) + strings.TrimPrefix(block[k], "> ")
		}
		text, err := s.run(line)
		if err != nil {
			return nil, fmt.Errorf("$ %s: %w", line, err)
		}
		if text != "" {
			out = append(out, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
		}
	}
	return out, nil
}

// run returns what a terminal would show of a command line, both streams of it.
func (s *session) run(line string) (string, error) {
	words, err := shellWords(line)
	if err != nil {
		return "", err
	}
	s.commands++
	var terminal bytes.Buffer
	var stdin io.Reader = strings.NewReader("")
	for len(words) > 0 {
		var args []string
		var stdout io.Writer = &terminal
		piped := false
		for len(words) > 0 && !piped {
			w := words[0]
			words = words[1:]
			if !w.operator {
				args = append(args, w.text)
				continue
			}
			if len(words) == 0 || words[0].operator {
				return "", fmt.Errorf("nothing follows %s", w.text)
			}
			switch w.text {
			case "|":
				piped = true
				continue
			case "<":
				text, err := os.ReadFile(words[0].text)
				if err != nil {
					return "", err
				}
				stdin = bytes.NewReader(text)
			case ">":
				f, err := os.Create(words[0].text)
				if err != nil {
					return "", err
				}
				defer f.Close()
				stdout = f
			}
			words = words[1:]
		}
		var pipe bytes.Buffer
		if piped {
			stdout = &pipe
		}
		if s.code, err = s.one(args, stdin, stdout, &terminal); err != nil {
			return "", err
		}
		stdin = &pipe
	}
	return terminal.String(), nil
}

func (s *session) one(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int, err error) {
	switch {
	case len(args) > 0 && args[0] == "skipcost":
		return s.program(args[1:], stdin, stdout, stderr), nil
	case len(args) > 2 && args[0] == "go" && args[1] == "run" && args[2] == ".":
		return s.program(args[3:], stdin, stdout, stderr), nil
	case len(args) > 1 && args[0] == "cat":
		for _, name := range args[1:] {
			text, err := os.ReadFile(name)
			if err != nil {
				return 0, err
			}
			if _, err := stdout.Write(text); err != nil {
				return 0, err
			}
		}
		return 0, nil
	case len(args) == 2 && args[0] == "echo" && args[1] == "$?":
		_, err := fmt.Fprintln(stdout, s.code)
		return 0, err
	}
	return 0, errors.New("only skipcost, go run ., cat and echo $? can be shown")
}

type word struct {
	text     string
	operator bool
}

// shellWords splits a command line as a shell does, as far as quotes, backslashes and the operators | < > go.
func shellWords(line string) ([]word, error) {
	var words []word
	var b strings.Builder
	open, quote := false, rune(0)
	finish := func() {
		if open {
			words = append(words, word{text: b.String()})
			b.Reset()
			open = false
		}
	}
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case quote != 0 && r == quote:
			quote = 0
		case r == '\\' && quote != '\'':
			open, escaped = true, true
		case quote != 0:
			b.WriteRune(r)
		case r == '\'' || r == '"':
			open, quote = true, r
		case r == ' ':
			finish()
		case strings.ContainsRune("|<>", r):
			finish()
			words = append(words, word{text: string(r), operator: true})
		case strings.ContainsRune("&;`*()", r):
			return nil, fmt.Errorf("%q is not known here; quote it", r)
		default:
			open = true
			b.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("a quote is left open")
	}
	finish()
	return words, nil
}

func TestSession(t *testing.T) {
	// A program that prints its arguments and input, and fails if the first argument is a number.
	program := func(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
		in, _ := io.ReadAll(stdin)
		fmt.Fprintf(stdout, "%q %q\n", args, in)
		if len(args) > 0 && args[0] == "2" {
			fmt.Fprintln(stderr, "failed")
			return 2
		}
		return 0
	}
	document := func(fill ...any) string {
		text := "# Title\n```sh\n$ rm -r /\n```\n<!-- file: a.yaml -->\n```yaml\nx: 1\n```\n```console\n" +
			"$ skipcost a 'b c' \"d|e\" f\\ g\n%s$ go run . 2\n%s$ echo $?\n%s```\ntext\n```console\n$ cat a.yaml \\\n> | skipcost -\n%s" +
			"$ skipcost x > out < a.yaml\n%s$ cat out\n%s```\n"
		return fmt.Sprintf(text, fill...)
	}
	fresh := document("[\"a\" \"b c\" \"d|e\" \"f g\"] \"\"\n", "[\"2\"] \"\"\nfailed\n", "2\n", "[\"-\"] \"x: 1\\n\"\n", "", "[\"x\"] \"x: 1\\n\"\n")
	stale := document("", "old\n\nolder\n", "3\n", "", "old\n", "\n")
	t.Chdir(t.TempDir())
	s := &session{program: program}
	for _, text := range []string{stale, fresh} {
		got, err := s.replay(text)
		require.NoError(t, err)
		assert.Equal(t, fresh, got)
	}
	assert.Equal(t, 12, s.commands)

	for text, want := range map[string]string{
		"```console\n$ rm x\n```\n":                 "block of line 1: $ rm x: only skipcost, go run ., cat and echo $? can be shown",
		"\n```console\nskipcost\n```\n":             "block of line 2: it does not begin with a command ($ …)",
		"```console\n$ skipcost\n":                  "line 1: the block has no end",
		"```console\n$ skipcost 'a\n```\n":          "block of line 1: $ skipcost 'a: a quote is left open",
		"```console\n$ skipcost a; b\n```\n":        "block of line 1: $ skipcost a; b: ';' is not known here; quote it",
		"```console\n$ skipcost |\n```\n":           "block of line 1: $ skipcost |: nothing follows |",
		"<!-- file: ../a -->\n```yaml\n```\n":       "line 2: ../a is no file beside the README",
		"<!-- file: a -->\ntext\n```yaml\nx\n```\n": "line 2: no fenced block follows the name of a",
	} {
		_, err := s.replay(text)
		assert.EqualError(t, err, want)
	}
	_, err := s.replay("no commands")
	assert.NoError(t, err)
}

// TestREADMEFits: no line of a block is wider than a terminal shows, but for the lines of files and errors of the user.
func TestREADMEFits(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	inside, stderr := false, false
	for k, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "```") {
			inside, stderr = line == "```console", false
		}
		if strings.HasPrefix(line, "  hint: ") {
			stderr = true
		}
		if inside && !stderr {
			assert.LessOrEqual(t, utf8.RuneCountInString(line), 100, "README.md:%d: %s", k+1, line)
		}
	}
}
