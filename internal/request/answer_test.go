package request_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/command"
	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report/picture/raster"
	"github.com/skipcost/skipcost/report/terminal"
)

// said is a reply as it comes back.
type said struct {
	Output *string
	Error  *request.Failure
}

// means are those of the command line.
func means() request.Means { return request.Means{Table: terminal.Document, PNG: raster.PNG} }

func reply(t *testing.T, s *request.Store, text string) said {
	t.Helper()
	var out said
	require.NoError(t, json.Unmarshal(s.Reply(context.Background(), []byte(text)), &out))
	return out
}

// TestAnswersAreThoseOfTheCommandLine: a request in JSON has the very bytes for an answer that the command line prints.
func TestAnswersAreThoseOfTheCommandLine(t *testing.T) {
	store := &request.Store{Source: request.Disk{}, Means: means()}
	for _, c := range []struct{ text, line string }{
		{`{"command":"calc"}`, "calc"},
		{`{"command":"calc","format":"json"}`, "calc --format json"},
		{`{"command":"calc","depth":"50","width":"64","kernel":"3","map":"32","norm":true,"relu":true,"format":"json"}`, "calc --depth 50 --width 64 --kernel 3 --map 32 --norm --relu --format json"},
		{`{"command":"calc","scheme":["add","concat"],"growth":"4","format":"csv"}`, "calc --scheme add,concat --growth 4 --format csv"},
		{`{"command":"calc","networks":[{"name":"resnet50"}],"width":"40"}`, "calc resnet50 --width 40"},
		{`{"command":"calc","networks":[{"name":"resnet50"},{"name":"densenet121"}],"batch":"8","columns":["params","training_total_bytes"],"format":"markdown"}`,
			"calc resnet50 densenet121 --batch 8 --columns params,training_total_bytes --format markdown"},
		{`{"command":"calc","networks":[{"name":"resnet18"}],"layers":true,"peak":true,"as":["fvcore"],"device":"312T,1555G","format":"json"}`,
			"calc resnet18 --layers --peak --as fvcore --device 312T,1555G --format json"},
		{`{"command":"calc","networks":[{"name":"../../testdata/onnx/unet_scales.onnx"}],"format":"json"}`, "calc ../../testdata/onnx/unet_scales.onnx --format json"},
		{`{"command":"calc","networks":[{"name":"densenet-bc"}],"set":"L=190,k=40","checkpoint":"repeats","format":"json"}`, "calc densenet-bc --set L=190,k=40 --checkpoint repeats --format json"},
		{`{"command":"formula","format":"latex"}`, "formula --format latex"},
		{`{"command":"formula","networks":[{"name":"densenet-bc"}],"free":"L,k","format":"json"}`, "formula densenet-bc --free L,k --format json"},
		{`{"command":"skips","networks":[{"name":"unet"}],"all":true,"format":"json"}`, "skips unet --all --format json"},
		{`{"command":"skips","networks":[{"name":"unet"}],"format":"mermaid"}`, "skips unet --format mermaid"},
		{`{"command":"skips","networks":[{"name":"concat"}],"formula":true}`, "skips concat --formula"},
		{`{"command":"swap","networks":[{"name":"resnet50"}],"to":"concat","only":"3,7-9","layers":true,"format":"json"}`, "swap resnet50 --to concat --only 3,7-9 --layers --format json"},
		{`{"command":"swap","networks":[{"name":"unet"}],"to":"add","equal":"params"}`, "swap unet --to add --equal params"},
		{`{"command":"flow","depth":"20","relu":true,"format":"json"}`, "flow --depth 20 --relu --format json"},
		{`{"command":"flow","networks":[{"name":"resnet18"}],"layers":true,"without-skips":true,"format":"json"}`, "flow resnet18 --layers --without-skips --format json"},
		{`{"command":"solve","networks":[{"name":"add"},{"name":"concat"}],"for":"L","budget":"params=1M","format":"json"}`, "solve add concat --for L --budget params=1M --format json"},
		{`{"command":"solve","networks":[{"name":"concat"}],"for":"N","equal":"add:params"}`, "solve concat --for N --equal add:params"},
		{`{"command":"cross","networks":[{"name":"densenet"},{"name":"add"}],"over":"L","set":"N=100,k=12","format":"json"}`, "cross densenet add --over L --set N=100,k=12 --format json"},
		{`{"command":"marginal","networks":[{"name":"densenet-bc"}],"for":"L,k","format":"json"}`, "marginal densenet-bc --for L,k --format json"},
		{`{"command":"diff","networks":[{"name":"resnet18"},{"name":"resnet34"}],"format":"json"}`, "diff resnet18 resnet34 --format json"},
		{`{"command":"diff","networks":[{"name":"concat"}],"set":"L=10","then":"L=11,batch=2"}`, "diff concat --set L=10 --then L=11,batch=2"},
		{`{"command":"match","networks":[{"name":"resnet50"}],"macs":"4.11G","format":"json"}`, "match resnet50 --macs 4.11G --format json"},
		{`{"command":"explain","networks":[{"name":"conv2d"}],"format":"json"}`, "explain conv2d --format json"},
		{`{"command":"explain","networks":[{"name":"language"}]}`, "explain language"},
		{`{"command":"zoo","format":"json"}`, "zoo --format json"},
		{`{"command":"zoo","networks":[{"name":"resnet50"}]}`, "zoo resnet50"},
		{`{"command":"zoo","schema":true}`, "zoo --schema"},
		{`{"command":"draw","networks":[{"name":"unet"}],"set":"p=1,S=256"}`, "draw unet --set p=1,S=256"},
		{`{"command":"draw","networks":[{"name":"resnet50"}],"by":"params","format":"term"}`, "draw resnet50 --by params --format term"},
		{`{"command":"plot","networks":[{"name":"add"},{"name":"concat"}],"over":"L=2:100","cost":["params","gradient_gain"],"budget":"params=1M"}`, "plot add concat --over L=2:100 --cost params,gradient_gain --budget params=1M"},
		{`{"command":"report","networks":[{"name":"resnet18"}],"format":"html"}`, "report resnet18 --format html"},
		{`{"command":"sweep","networks":[{"name":"add"},{"name":"concat"}],"over":"L=2:20,N=16,32","pareto":"params,max:mean_path","format":"json"}`, "sweep add concat --over L=2:20,N=16,32 --pareto params,max:mean_path --format json"},
		{`{"command":"sweep","networks":[{"name":"add"}],"over":"L=2:20","format":"csv"}`, "sweep add --over L=2:20 --format csv"},
	} {
		var stdout, stderr bytes.Buffer
		require.Zero(t, command.Run(strings.Fields(c.line), strings.NewReader(""), &stdout, &stderr), stderr.String())
		got := reply(t, store, c.text)
		require.Nil(t, got.Error, "%s", c.text)
		require.NotEmpty(t, *got.Output, c.text)
		assert.Equal(t, stdout.String(), *got.Output, c.text)
	}
}

// TestFilesInAStore: a file that is at hand as its text, or that a source knows by a key, is priced as the file of its name.
func TestFilesInAStore(t *testing.T) {
	path := "../../testdata/onnx/unet_scales.onnx"
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	store := &request.Store{Source: memory{"dropped-1": data}}
	var stdout, stderr bytes.Buffer
	require.Zero(t, command.Run([]string{"skips", path, "--format", "json"}, strings.NewReader(""), &stdout, &stderr))
	got := reply(t, store, `{"command":"skips","networks":[{"file":"`+path+`","stored":"dropped-1"}],"format":"json"}`)
	require.Nil(t, got.Error)
	assert.Equal(t, stdout.String(), *got.Output)

	got = reply(t, store, `{"command":"calc","networks":[{"file":"net.yaml","text":"name: x\ninput: [8]\nsteps: [linear: 8]\n"}],"format":"csv","columns":"params"}`)
	require.Nil(t, got.Error)
	assert.Contains(t, *got.Output, "\nnet.yaml,64,")
}

// memory is a source of files by their keys.
type memory map[string][]byte

// Open opens one of them.
func (m memory) Open(name string) (request.File, error) {
	data, is := m[name]
	if !is {
		return nil, os.ErrNotExist
	}
	return bytesFile{bytes.NewReader(data)}, nil
}

type bytesFile struct{ *bytes.Reader }

// Close does nothing.
func (bytesFile) Close() error { return nil }

func TestFailures(t *testing.T) {
	store := &request.Store{Means: means()}
	for _, c := range []struct {
		text string
		want request.Failure
	}{
		{`{"command":"calc","networks":[{"name":"resnet5O"}]}`, request.Failure{Message: `unknown network "resnet5O"`, Hint: "did you mean resnet50?", Usage: true,
			Text: "skipcost: unknown network \"resnet5O\"\n  hint: did you mean resnet50?"}},
		{`{"command":"calc","networks":[{"file":"net.yaml","text":"name: x\ninput: [8]\nsteps:\n  - liner: 8\n"}]}`, request.Failure{
			Message: `unknown layer or block "liner"`, File: "net.yaml", Line: 4, Column: 5, Source: "  - liner: 8", Hint: "did you mean linear?",
			Text: "net.yaml:4:5: unknown layer or block \"liner\"\n    - liner: 8\n      ^\n  hint: did you mean linear?"}},
		{`{"command":"calc","networks":[{"name":"here.yaml"}]}`, request.Failure{Message: "here.yaml: file does not exist", Text: "skipcost: here.yaml: file does not exist"}},
		{`{"command":"draw","networks":[{"name":"unet"}],"format":"png"}`, request.Failure{Message: "--format png is no text, and cannot be told in JSON", Hint: "svg and term are texts", Usage: true,
			Text: "skipcost: --format png is no text, and cannot be told in JSON\n  hint: svg and term are texts"}},
	} {
		got := reply(t, store, c.text)
		require.NotNil(t, got.Error, c.text)
		assert.Nil(t, got.Output)
		assert.Equal(t, c.want, *got.Error)
	}
	bare := reply(t, &request.Store{}, `{"command":"zoo"}`)
	require.NotNil(t, bare.Error)
	assert.Equal(t, "--format table: this program writes other formats only", bare.Error.Message)
	over := reply(t, store, `{"command":"calc","networks":[{"name":"resnet50"}],"limit":"params=1M"}`)
	require.NotNil(t, over.Error)
	assert.True(t, over.Error.Limit)
	assert.Contains(t, *over.Output, "resnet50", "the answer is there all the same")
}
