package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// settling is how long the page may take for what is not waited for by name.
const settling = 700 * time.Millisecond

// addScript runs a script before those of the page.
func addScript(script string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}
}

// The whole page by keys: from one panel to the next, to an arc of the drawing, to a swap of all skips.
func TestKeyboard(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		p := open(t, address)
		p.text("450,000")
		p.do(chromedp.Focus("#tab-schemes", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowRight))
		p.text("What it costs")
		if got := value[string](p, "document.querySelector('[role=tab][aria-selected=true]').id"); got != "tab-network" {
			t.Errorf("the tab %s is selected", got)
		}
		p.until("document.querySelector('.picture')?.shadowRoot.querySelector('[data-links]')")
		p.tabTo(`document.activeElement?.shadowRoot?.activeElement?.hasAttribute('data-links')`)
		if label := value[string](p, "document.activeElement.shadowRoot.activeElement.getAttribute('aria-label')"); !strings.Contains(label, "skip") {
			t.Errorf("the arc is called %q", label)
		}
		p.do(chromedp.KeyEvent(kb.Enter))
		p.text("it causes")
		p.tabTo(`document.activeElement?.type === 'radio' && document.activeElement.closest('.segments').innerText.includes('make it')`)
		p.do(chromedp.KeyEvent(kb.ArrowRight))
		p.until(`document.activeElement?.value === 'add' || document.activeElement?.type === 'radio'`)
		p.until(`/[?&]to=/.test(location.hash)`)
	})
}

// tabTo presses Tab until a script is true.
func (p *tab) tabTo(script string) {
	p.t.Helper()
	for range 200 {
		if value[bool](p, "Boolean("+script+")") {
			return
		}
		p.do(chromedp.KeyEvent(kb.Tab))
	}
	p.t.Fatalf("no Tab comes to where %s", script)
}

// Everything that can be used has a name, and every picture and region says what it is.
func TestEveryControlHasAName(t *testing.T) {
	for _, hash := range []string{"", "#network?name=resnet18&link=3&to=concat", "#compare"} {
		p := open(t, served+hash)
		p.until("document.querySelectorAll('.panel table').length > 0")
		p.do(chromedp.Sleep(settling))
		nameless := value[[]string](p, `[...document.querySelectorAll('button, input, select, textarea, a, [role=region], [role=tab]')].filter((e) =>
			!(e.getAttribute('aria-label') || e.textContent.trim() && e.localName !== 'select' || [...(e.labels ?? [])].some((l) => l.querySelector('span, b')?.textContent.trim()))).map((e) => e.outerHTML.slice(0, 200))`)
		for _, e := range nameless {
			t.Errorf("%s: no name: %s", hash, e)
		}
	}
}

// A link shows what was seen: the address of a state that was come to by hand gives the same page when it is opened anew.
func TestAddressReproducesWhatIsSeen(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		for _, c := range []struct{ hash, change, want string }{
			{"", `const s = document.querySelector('.number input[type=range]'); s.value = 20; s.dispatchEvent(new Event('input'))`, "1,900,000"},
			{"#network?name=cifar-resnet20", `const b = document.querySelector('.memory input[type=text]'); b.value = '128'; b.dispatchEvent(new Event('input'))`, "186 MiB"},
			{"#compare?networks=add,concat", `const f = document.querySelector('.strip .field input'); f.value = '1M'; f.dispatchEvent(new Event('change'))`, "910,000"},
		} {
			p := open(t, address+c.hash)
			p.until("document.querySelectorAll('.panel table').length > 0")
			p.do(chromedp.Sleep(settling), chromedp.Evaluate("(() => {"+c.change+"})()", nil))
			p.text(c.want)
			p.do(chromedp.Sleep(settling))
			there := value[string](p, "location.href")
			const tables = "[...document.querySelectorAll('.panel table, .panel h1, .panel .answer')].map((e) => e.innerText).join('\\n')"
			seen := value[string](p, tables)
			again := open(t, there)
			again.text(c.want)
			again.until(fmt.Sprintf("%s === %s", tables, quoted(seen)))
		}
	})
}

// An own text is in the address too.
func TestAddressHoldsText(t *testing.T) {
	p := open(t, served+"#network?name=add")
	p.text("What it costs")
	p.do(chromedp.Evaluate(`document.querySelector('.source button.button').click()`, nil))
	p.until("location.hash.includes('yaml=')")
	there := value[string](p, "location.href")
	again := open(t, there)
	again.until("document.querySelector('.editor textarea')?.value.includes('name: add')")
	again.text("90,000")
}

// A mistake is marked at its line, with the words of the command line.
func TestMistakeInTheEditor(t *testing.T) {
	wrong := "name: wrong\ninput: [64, 56, 56]\nsteps:\n  - add: [identity, [conv: {out: 256, kernel: 1}]]\n"
	p := open(t, served+"#network?name=add")
	p.text("What it costs")
	p.do(chromedp.Evaluate(`document.querySelector('.source button.button').click()`, nil))
	p.until("!document.querySelector('.editor').hidden")
	p.do(chromedp.Evaluate(`(() => { const a = document.querySelector('.editor textarea'); a.value = `+quoted(wrong)+`; a.dispatchEvent(new Event('input')); })()`, nil))
	p.text("add: paths end in 64×56×56 and 256×56×56")
	if got := value[string](p, "document.querySelector('.gutter .wrong')?.innerText ?? ''"); got != "4" {
		t.Errorf("line %q is marked", got)
	}
}

// A wrong file shows what the command line says of it.
func TestWrongFile(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"cut.onnx": "\x08\x08\x3a\xff\x7fnot a model", "photo.png": "\x89PNG\r\n\x1a\n\x00\x00", "empty.onnx": ""} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, complaint := commandLine(t, dir, "calc", name)
		if complaint == "" {
			t.Fatalf("%s: the command line has no complaint", name)
		}
		p := open(t, served+"#network?name=add")
		p.text("What it costs")
		p.do(chromedp.SetUploadFiles(".source input[type=file]", []string{path}, chromedp.ByQuery))
		p.until("document.querySelector('.failure')")
		if got := value[string](p, "document.querySelector('.failure').textContent"); strings.TrimSpace(got) != strings.TrimSpace(complaint) {
			t.Errorf("%s: the page says %q, the command line %q", name, got, complaint)
		}
	}
}

// What is copied repeats what is seen: the command line asks the same, and other formats are what it prints.
func TestCopies(t *testing.T) {
	const listen = `globalThis.copied = []; Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { copied.push(text); }}})`
	p := open(t, served+"#network?name=cifar-resnet20&batch=8", chromedp.ActionFunc(addScript(listen)))
	p.text("What it costs")
	p.until("document.querySelectorAll('.picture').length >= 3")
	for _, c := range []struct{ block, button, want string }{
		{"What it costs", "command", "skipcost calc --batch 8 --peak cifar-resnet20"},
		{"What it costs", "Markdown", commandOutput(t, "calc", "--batch", "8", "--peak", "--format", "markdown", "cifar-resnet20")},
		{"What it costs", "LaTeX", commandOutput(t, "formula", "--batch", "8", "--format", "latex", "cifar-resnet20")},
		{"Its skips", "command", "skipcost draw --batch 8 cifar-resnet20"},
		{"Its skips", "SVG", commandOutput(t, "draw", "--batch", "8", "--format", "svg", "cifar-resnet20")},
	} {
		p.do(chromedp.Evaluate(fmt.Sprintf(`copied.length = 0; [...document.querySelectorAll('.block')].find((b) => b.querySelector('h2').textContent === %s)
			.querySelectorAll('.tools button').forEach((b) => { if (b.textContent === %s) b.click(); })`, quoted(c.block), quoted(c.button)), nil))
		p.until("copied.length > 0")
		if got := value[string](p, "copied[0]"); got != c.want {
			t.Errorf("%s, %s: %.300q is copied instead of %.300q", c.block, c.button, got, c.want)
		}
	}
}

// commandOutput is what the program prints.
func commandOutput(t *testing.T, args ...string) string {
	t.Helper()
	out, complaint := commandLine(t, "", args...)
	if out == "" {
		t.Fatalf("%v: %s", args, complaint)
	}
	return out
}

// A newer question overtakes older ones of its slot, whether they wait or are worked on; one that takes long is given up for it.
func TestNewerQuestionOvertakes(t *testing.T) {
	p := open(t, served)
	p.text("450,000")
	const questions = `import('./ask.js').then(({ask}) => Promise.all([
		ask('slot', {command: 'skips', networks: [{name: 'cifar-resnet1202'}], format: 'json'}),
		ask('slot', {command: 'calc', networks: [{name: 'resnet50'}], format: 'json'}),
		ask('slot', {command: 'calc', networks: [{name: 'unet'}], format: 'json'}),
		ask('other', {command: 'calc', networks: [{name: 'resnet18'}], format: 'json'}),
	])).then((answers) => answers.map((a) => a === null ? '' : JSON.parse(a.output).rows[0].name))`
	if got := value[[]string](p, questions); !slices.Equal(got, []string{"", "", "unet", "resnet18"}) {
		t.Errorf("the answers are %q", got)
	}
}

// Numbers that are too long to write out, or not known, are shown as what they are.
func TestGreatDepth(t *testing.T) {
	p := open(t, served+"#schemes?depth=1000000000&maps=on&norm=on&variants=on")
	p.text("90,199,999,909,800")
	p.do(chromedp.Sleep(settling))
	for _, word := range []string{"NaN", "undefined", "null", "[object"} {
		if value[bool](p, fmt.Sprintf("document.body.innerText.includes(%q)", word)) {
			t.Errorf("the page says %s", word)
		}
	}
}
