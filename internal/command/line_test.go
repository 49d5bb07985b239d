package command

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/internal/request"
)

// parsed is the request that the arguments behind the name of the program make.
func parsed(t *testing.T, args []string) *request.Request {
	t.Helper()
	var req *request.Request
	app := newApp(args, strings.NewReader(""), io.Discard, io.Discard)
	for k, command := range request.Commands() {
		app.Commands[k].Action = func(c *cli.Context) (err error) {
			req, err = requested(c, command)
			return err
		}
	}
	args, err := permute(app, args)
	require.NoError(t, err)
	require.NoError(t, app.Run(append([]string{app.Name}, args...)), args)
	require.NotNil(t, req, args)
	return req
}

// shell reads a line as a shell does, as far as [request.CommandLine] goes.
func shell(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	for line != "" {
		var word strings.Builder
		for line != "" && line[0] != ' ' {
			switch {
			case strings.HasPrefix(line, `\'`):
				word.WriteByte('\'')
				line = line[2:]
			case strings.HasPrefix(line, "$'"):
				var text string
				text, line = numbered(t, line[2:])
				word.WriteString(text)
			case line[0] == '\'':
				text, rest, closed := strings.Cut(line[1:], "'")
				require.True(t, closed)
				word.WriteString(text)
				line = rest
			default:
				require.NotContains(t, "\"\\$`*?[]{}()<>|&;!#~^\n\t", line[:1])
				word.WriteByte(line[0])
				line = line[1:]
			}
		}
		words, line = append(words, word.String()), strings.TrimPrefix(line, " ")
	}
	return words
}

// numbered reads the inside of $'…'.
func numbered(t *testing.T, line string) (text, rest string) {
	t.Helper()
	var b strings.Builder
	for k := 0; k < len(line); k++ {
		switch {
		case line[k] == '\'':
			return b.String(), line[k+1:]
		case line[k] == '\\' && strings.ContainsRune(`'\`, rune(line[k+1])):
			k++
			b.WriteByte(line[k])
		case line[k] == '\\':
			b.WriteByte((line[k+1]-'0')<<6 | (line[k+2]-'0')<<3 | (line[k+3] - '0'))
			k += 3
		default:
			b.WriteByte(line[k])
		}
	}
	t.Fatal("the quote has no end")
	return "", ""
}

// TestCommandLine: the line that repeats a request makes the same request, whatever stands in it.
func TestCommandLine(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	bash, err := exec.LookPath("bash")
	for k := range 400 {
		req := randomRequest(t, random)
		line := request.CommandLine(req)
		words := shell(t, line)
		assert.Equal(t, told(t, req), told(t, parsed(t, words[1:])), line)
		if err == nil && k < 40 {
			out, err := exec.Command(bash, "-c", "set -- "+line+`; printf '%s\0' "$@"`).Output()
			require.NoError(t, err, line)
			assert.Equal(t, words, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), line)
		}
	}
}

// told is a request as JSON.
func told(t *testing.T, req *request.Request) string {
	t.Helper()
	text, err := json.Marshal(req)
	require.NoError(t, err)
	return string(text)
}

// randomRequest gives random options random texts, those of shells among them.
func randomRequest(t *testing.T, random *rand.Rand) *request.Request {
	t.Helper()
	all := request.Commands()
	c := all[random.IntN(len(all))]
	req := c.Request()
	for range random.IntN(3) {
		if name := randomText(random); name != "" {
			req.Networks = append(req.Networks, request.Network{Name: name})
		}
	}
	for _, o := range c.Options {
		if random.IntN(4) > 0 {
			continue
		}
		switch o.Kind {
		case request.Switch:
			require.NoError(t, req.Give(o.Name))
		case request.Text:
			require.NoError(t, req.Give(o.Name, randomText(random)))
		case request.List:
			require.NoError(t, req.Give(o.Name, randomText(random), randomText(random)))
		}
	}
	return req
}

func randomText(random *rand.Rand) string {
	pieces := []string{"a", "L=10", "-", "--", "-h", "--format", "=", "'", `"`, `\`, "$x", "`x`", " ", "\t", "\n", "*", "?", "~", "#", "!", "{a,b}", ";", "&", "|", ">", "é", "\u202e", "\x1b[0m", ",", "net.yaml:big"}
	var b strings.Builder
	for range random.IntN(4) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}
