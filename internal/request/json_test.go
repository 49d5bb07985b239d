package request_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/fuzztest"
	"github.com/skipcost/skipcost/internal/request"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"command":"calc"}`, ""},
		{`{ "command" : "calc", "depth" : "10", "layers": true, "peak": false }`, `{"command":"calc","depth":"10","layers":true}`},
		{`{"networks":[{"name":"resnet50"}],"command":"calc","columns":["params","macs"]}`, `{"command":"calc","networks":[{"name":"resnet50"}],"columns":["params","macs"]}`},
		{`{"command":"swap","to":"concat","only":"3,7-9","columns":[]}`, `{"command":"swap","to":"concat","only":["3","7-9"]}`},
		{`{"command":"calc","networks":[{"file":"a.yaml","text":""},{"file":"b.onnx","stored":"k1"}]}`, ""},
	} {
		req, err := request.Parse([]byte(c.text))
		require.NoError(t, err, c.text)
		got, err := json.Marshal(req)
		require.NoError(t, err)
		if c.want == "" {
			c.want = c.text
		}
		assert.Equal(t, c.want, string(got))
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, message, hint string }{
		{``, "a request is an object of JSON: EOF", ""},
		{`[]`, "a request is an object of JSON: it begins otherwise", ""},
		{`{}`, `a request needs the key "command"`, ""},
		{`{"command":"clac"}`, `unknown command "clac"`, "did you mean calc?"},
		{`{"command":"calc","colums":"params"}`, `unknown key "colums"`, "did you mean columns?"},
		{`{"command":"zoo","depth":"3"}`, `unknown key "depth"`, "keys of zoo are command, networks, schema, format, width, wide"},
		{`{"command":"calc","output":"x"}`, `unknown key "output"`, "keys of calc are "},
		{`{"command":"calc","depth":10}`, `"depth": a text is wanted, as in "10", not 10`, ""},
		{`{"command":"calc","layers":"yes"}`, `"layers" is true or false`, ""},
		{`{"command":"calc","depth":"1","depth":"2"}`, `the key "depth" stands twice`, ""},
		{`{"command":"calc"} {}`, "something follows the object of the request", ""},
		{`{"command":"calc","networks":[{"nmae":"x"}]}`, `networks[0]: unknown key "nmae"`, "did you mean name?"},
		{`{"command":"calc","networks":[{"name":"a","text":"b"}]}`, "networks[0]: a network is a name, or a file with its text or its key in the store", "as {"},
		{`{"command":"calc","networks":"resnet50"}`, `"networks" is a list of objects`, ""},
		{`{"command":"calc","set":"L=` + "\\u0000" + `"}`, `"set": a text cannot hold the character of number 0`, ""},
	} {
		_, err := request.Parse([]byte(c.text))
		var usage *request.UsageError
		require.ErrorAs(t, err, &usage, c.text)
		assert.Equal(t, c.message, usage.Message)
		if c.hint == "" {
			assert.Empty(t, usage.Hint)
		}
		assert.Contains(t, usage.Hint, c.hint)
	}
}

// FuzzParse: what is read is written so that it is read as the same, and whatever is not read is a usage error.
func FuzzParse(tested *testing.F) {
	f := fuzztest.New(tested)
	f.Add([]byte(`{"command":"swap","networks":[{"name":"resnet50"}],"to":"concat","only":["1","2-3"],"layers":true}`))
	f.Add([]byte(`{"command":"calc","networks":[{"file":"a.yaml","text":"name: x"},{"file":"b.onnx","stored":"1"}],"format":"json"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		req, err := request.Parse(text)
		if err != nil {
			var usage *request.UsageError
			require.ErrorAs(t, err, &usage)
			return
		}
		written, err := json.Marshal(req)
		require.NoError(t, err)
		again, err := request.Parse(written)
		require.NoError(t, err, "%s", written)
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(twice))
		require.NotEmpty(t, request.CommandLine(req))
	})
}
