package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const ownNetwork = `name: own
input: [16, 8, 8]
symbols: {n: 3}
steps:
  - repeat: {times: n, steps: [add: [identity, [conv: {out: c, kernel: 3}, relu]]]}
  - concat: [identity, [conv: {out: 4, kernel: 1}]]
`

// asked is a request as the page puts it, and the command line that asks the same.
type asked struct {
	request string // members of the JSON beside "format"
	args    string
}

func requests() []asked {
	return []asked{
		{`"command":"calc"`, "calc"},
		{`"command":"calc","depth":"100","width":"64"`, "calc --depth 100 --width 64"},
		{`"command":"calc","depth":"1000000000","scheme":"plain,add,concat"`, "calc --depth 1000000000 --scheme plain,add,concat"},
		{`"command":"calc","kernel":"3","map":"32","norm":true,"relu":true`, "calc --kernel 3 --map 32 --norm --relu"},
		{`"command":"calc","networks":[{"name":"resnet50"}]`, "calc resnet50"},
		{`"command":"calc","networks":[{"name":"resnet50"}],"batch":"32","optimizer":"adam"`, "calc resnet50 --batch 32 --optimizer adam"},
		{`"command":"calc","networks":[{"name":"densenet121"},{"name":"unet"}],"concat":"recompute"`, "calc densenet121 unet --concat recompute"},
		{`"command":"calc","networks":[{"name":"cifar-resnet20"}],"peak":true`, "calc cifar-resnet20 --peak"},
		{`"command":"calc","networks":[{"name":"vgg16"}],"layers":true`, "calc vgg16 --layers"},
		{`"command":"calc","networks":[{"name":"resnet50"}],"as":["fvcore","thop"]`, "calc resnet50 --as fvcore,thop"},
		{`"command":"calc","networks":[{"name":"densenet-bc"}],"set":"L=190,k=40"`, "calc densenet-bc --set L=190,k=40"},
		{`"command":"calc","networks":[{"name":"gpt2"}],"precision":"autocast","attention":"fused"`, "calc gpt2 --precision autocast --attention fused"},
		{`"command":"formula"`, "formula"},
		{`"command":"formula","networks":[{"name":"cifar-resnet"}]`, "formula cifar-resnet"},
		{`"command":"flow"`, "flow"},
		{`"command":"flow","depth":"50","relu":true`, "flow --depth 50 --relu"},
		{`"command":"flow","networks":[{"name":"resnet18"}],"layers":true`, "flow resnet18 --layers"},
		{`"command":"skips","networks":[{"name":"resnet50"}]`, "skips resnet50"},
		{`"command":"skips","networks":[{"name":"unet"}],"all":true`, "skips unet --all"},
		{`"command":"swap","networks":[{"name":"resnet50"}],"to":"concat"`, "swap resnet50 --to concat"},
		{`"command":"swap","networks":[{"name":"resnet18"}],"to":"densenet","growth":"24"`, "swap resnet18 --to densenet --growth 24"},
		{`"command":"swap","networks":[{"name":"resnet18"}],"to":"none","only":"3"`, "swap resnet18 --to none --only 3"},
		{`"command":"solve","networks":[{"name":"add"},{"name":"concat"}],"for":"L","budget":"params=1M"`, "solve add concat --for L --budget params=1M"},
		{`"command":"solve","networks":[{"name":"resnet50"}],"for":"batch","budget":"training_total_bytes=8GiB"`, "solve resnet50 --for batch --budget training_total_bytes=8GiB"},
		{`"command":"cross","networks":[{"name":"concat"},{"name":"add"}],"over":"L"`, "cross concat add --over L"},
		{`"command":"cross","networks":[{"name":"densenet"},{"name":"add"}],"over":"L","set":"N=100,k=12"`, "cross densenet add --over L --set N=100,k=12"},
		{`"command":"marginal","networks":[{"name":"concat"}],"for":"L"`, "marginal concat --for L"},
		{`"command":"diff","networks":[{"name":"resnet18"},{"name":"resnet34"}]`, "diff resnet18 resnet34"},
		{`"command":"match","networks":[{"name":"resnet50"}],"macs":"4.11G"`, "match resnet50 --macs 4.11G"},
		{`"command":"zoo"`, "zoo"},
		{`"command":"explain","networks":[{"name":"conv2d"}]`, "explain conv2d"},
		{`"command":"calc","networks":[{"file":"own.yaml","text":` + jsonText(ownNetwork) + `}]`, "calc own.yaml"},
		{`"command":"calc","networks":[{"name":"resnet5O"}]`, "calc resnet5O"},
	}
}

func jsonText(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string is always written
	}
	return string(b)
}

// The page gets the bytes that the command line prints, and where that fails its message.
func TestAnswersAreThoseOfTheCommandLine(t *testing.T) {
	p := open(t, served)
	p.text("450,000")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(ownNetwork), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, a := range requests() {
		t.Run(a.args, func(t *testing.T) {
			want, complaint := commandLine(t, dir, append(strings.Fields(a.args), "--format", "json")...)
			got := value[struct {
				Output string
				Error  *struct{ Text string }
			}](p, fmt.Sprintf(`import('./ask.js').then(({ask}) => ask('test', {%s, "format": "json"}))`, a.request))
			if got.Error != nil {
				if want != "" || strings.TrimSpace(got.Error.Text) != strings.TrimSpace(complaint) {
					t.Errorf("the page says %q, the command line %q", got.Error.Text, complaint)
				}
				return
			}
			if got.Output == "" || got.Output != want {
				t.Errorf("the page has %.300q, the command line %.300q", got.Output, want)
			}
		})
	}
}

// What is shown are these numbers: rows of a table, with the digits that the command line prints.
func TestShownNumbers(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		p := open(t, address+"#network?name=resnet50")
		p.text("25,557,032")
		var priced struct {
			Rows []map[string]any `json:"rows"`
		}
		out, _ := commandLine(t, "", "calc", "resnet50", "--format", "json")
		decoder := json.NewDecoder(strings.NewReader(out))
		decoder.UseNumber()
		if err := decoder.Decode(&priced); err != nil {
			t.Fatal(err)
		}
		titles := value[map[string]string](p, `Object.fromEntries([...document.querySelectorAll('.bench tbody tr')].map((r) => [r.cells[0].innerText.replaceAll(' ', '_'), r.querySelector('[title]').title]))`)
		if len(titles) < 8 {
			t.Errorf("only %d costs are shown", len(titles))
		}
		for cost, title := range titles {
			if want := fmt.Sprint(priced.Rows[0][cost]); title != want {
				t.Errorf("%s: the page has %s, the command line %s", cost, title, want)
			}
		}
	})
}
