package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// All three panels are looked at, and nothing but the page's own files is asked for.
func TestNothingLeavesTheMachine(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		p := open(t, address)
		p.text("450,000")
		for _, panel := range []string{"network", "compare"} {
			p.do(chromedp.Click("#tab-"+panel, chromedp.ByQuery))
			p.until("document.querySelectorAll('.panel table').length > 0")
		}
		loaded, problems := p.heard()
		for _, url := range loaded {
			if !strings.HasPrefix(url, address) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") {
				t.Errorf("the page asks for %s", url)
			}
		}
		if len(problems) > 0 {
			t.Errorf("problems: %v", problems)
		}
	})
}

// The policy forbids what a script that came in all the same would try.
func TestPolicyForbids(t *testing.T) {
	const elsewhere = "https://example.com/"
	each(t, func(t *testing.T, address string) {
		p := open(t, address)
		p.text("450,000")
		for name, attempt := range map[string]string{
			"fetch":  `fetch('` + elsewhere + `').then(() => 'went', () => 'stopped')`,
			"image":  `new Promise((r) => { const i = new Image(); i.onload = () => r('went'); i.onerror = () => r('stopped'); i.src = '` + elsewhere + `x.png'; })`,
			"socket": `new Promise((r) => { try { const s = new WebSocket('wss://example.com/'); s.onopen = () => r('went'); s.onerror = () => r('stopped'); } catch { r('stopped'); } })`,
			"beacon": `Promise.resolve(navigator.sendBeacon('` + elsewhere + `', 'x') ? 'said' : 'stopped')`,
			"script": `new Promise((r) => { const s = document.createElement('script'); s.textContent = 'globalThis.ran = true'; document.body.append(s); r(globalThis.ran ? 'went' : 'stopped'); })`,
			"module": `import('` + elsewhere + `x.js').then(() => 'went', () => 'stopped')`,
			"frame":  `new Promise((r) => { const f = document.createElement('iframe'); f.src = '` + elsewhere + `'; document.body.append(f); setTimeout(() => { let at; try { at = f.contentDocument ? 'inside' : 'stopped'; } catch { at = 'stopped'; } r(at === 'inside' ? 'stopped' : at); }, 300); })`,
			"eval":   `new Promise((r) => { try { setTimeout('globalThis.evaluated = true'); } catch {} setTimeout(() => r(globalThis.evaluated ? 'went' : 'stopped'), 200); })`,
		} {
			script := fmt.Sprintf(`(async () => {
				const broken = new Promise((r) => { document.addEventListener('securitypolicyviolation', (e) => r(e.effectiveDirective), {once: true}); setTimeout(() => r(''), 2000); });
				const came = await (%s);
				return came === 'went' ? 'went' : await broken;
			})()`, attempt)
			if got := value[string](p, script); got == "went" || got == "" {
				t.Errorf("%s: %q, and the policy did not speak", name, got)
			}
		}
	})
}

// The policy of the page is that of its worker too.
func TestPolicyForbidsTheWorker(t *testing.T) {
	const attempt = `new Promise((r) => {
		const text = "self.addEventListener('securitypolicyviolation', (e) => postMessage(e.effectiveDirective)); fetch('https://example.com/').then(() => postMessage('went'), () => {})";
		const worker = new Worker(URL.createObjectURL(new Blob([text], {type: 'text/javascript'})));
		worker.onmessage = ({data}) => r(data);
	})`
	each(t, func(t *testing.T, address string) {
		p := open(t, address)
		p.text("450,000")
		if got := value[string](p, attempt); got != "connect-src" {
			t.Errorf("a worker that asks another machine: %s", got)
		}
	})
}

// Texts that would be markup, or that turn the direction of writing, stay texts.
func TestHostileNames(t *testing.T) {
	const hostile = `name: "<script>globalThis.hurt=1</script><img src=x onerror='hurt=1'>\"'\u202eevil"
source: "<svg onload='hurt=1'>"
input: [8]
symbols: {n: 2}
steps:
  - repeat: {times: n, steps: [add: [identity, [{linear: c, as: "<b>x"}]]]}
`
	each(t, func(t *testing.T, address string) {
		p := open(t, address+"#network?name=add")
		p.text("What it costs")
		scripts := value[int](p, "document.scripts.length")
		p.until("document.querySelector('.editor textarea')")
		for _, text := range []string{hostile, strings.Replace(hostile, "linear: c, as", "linear: '<img src=x onerror=hurt=1>', as", 1), "<script>hurt=1</script>\u202e: [\"'"} {
			p.do(chromedp.Evaluate(`document.querySelector('.source button.button').click()`, nil))
			p.until("!document.querySelector('.editor').hidden")
			p.do(chromedp.Evaluate(`(() => { const a = document.querySelector('.editor textarea'); a.value = `+quoted(text)+`; a.dispatchEvent(new Event('input')); })()`, nil))
			p.until(`location.hash.includes('yaml=')`)
			p.do(chromedp.Sleep(settling))
			p.isUnhurt(scripts)
		}
	})
}

// Names in a dropped file, and its own, stay texts too.
func TestHostileFile(t *testing.T) {
	const hostile = "<img src=x onerror=hurt=1>\u202e'\""
	path := filepath.Join(t.TempDir(), hostile+".onnx")
	if err := os.WriteFile(path, product(40, hostile), 0o600); err != nil {
		t.Skipf("no file can be called so here: %v", err)
	}
	each(t, func(t *testing.T, address string) {
		p := open(t, address+"#network?name=add")
		p.text("What it costs")
		scripts := value[int](p, "document.scripts.length")
		p.do(chromedp.SetUploadFiles(".source input[type=file]", []string{path}, chromedp.ByQuery))
		p.text("1,600")
		p.do(chromedp.Sleep(settling))
		p.isUnhurt(scripts)
	})
}

// isUnhurt reports scripts that ran, and elements that came of texts.
func (p *tab) isUnhurt(scripts int) {
	p.t.Helper()
	if value[bool](p, "'hurt' in globalThis") {
		p.t.Fatal("a script of a name ran")
	}
	if got := value[int](p, "document.scripts.length"); got != scripts {
		p.t.Errorf("%d scripts instead of %d", got, scripts)
	}
	if got := value[int](p, `[document.querySelector('main'), ...[...document.querySelectorAll('.picture')].map((e) => e.shadowRoot)].reduce((n, d) =>
		n + d.querySelectorAll('img, iframe, object, embed, script, [onerror], [onload], foreignObject, image, use, [href^=javascript]').length, 0)`); got != 0 {
		p.t.Errorf("%d elements came of names", got)
	}
}

func TestWithoutJavaScript(t *testing.T) {
	p := open(t, served, emulation.SetScriptExecutionDisabled(true))
	var text string
	p.do(chromedp.Text("main", &text, chromedp.ByQuery))
	if !strings.Contains(text, "JavaScript is switched off or missing") {
		t.Errorf("the page says %q", text)
	}
}

func TestWithoutWebAssembly(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		p := open(t, address, chromedp.ActionFunc(addScript("delete globalThis.WebAssembly")))
		p.text("The engine does not run in this browser: it has no WebAssembly.")
	})
}

// TestBrokenEngine has an engine that is no program.
func TestBrokenEngine(t *testing.T) {
	p := open(t, served, chromedp.ActionFunc(addScript(`globalThis.Worker = class extends Worker {
		postMessage(m, ...rest) { super.postMessage(m.start ? {start: true, bytes: new Uint8Array([1, 2, 3])} : m, ...rest); }
	}`)))
	p.text("The engine does not run in this browser:")
}
