package command_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestScripts runs whole commands: each script in testdata/script holds commands, inputs and the output they must have.
// Beside the usual commands of testscript, scripts have
//
//	skipcost ARG...             the program must succeed, or fail behind !; exec skipcost is a process of its own
//	exitcode N skipcost ARG...  it must end with exactly this code
//	empty stdout|stderr|FILE... these must hold nothing at all
//	bigfile FILE SIZE           a file of that many bytes (100, 64KiB, 100MiB), all zero
//	nested FILE DEPTH [KIND]    a network file nested that deeply: in lists, merges or parens
//
// and see testdata/onnx as the folder onnx.
func TestScripts(t *testing.T) {
	exports, err := filepath.Abs("../../testdata/onnx")
	if err != nil {
		t.Fatal(err)
	}
	onPath(t)
	deadline, _ := t.Deadline()
	testscript.RunT(inTurn{t}, testscript.Params{
		Deadline:           deadline,
		Dir:                "../../testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			return os.Symlink(exports, filepath.Join(env.WorkDir, "onnx"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			program:    succeeds,
			"exitcode": exitcode,
			"empty":    empty,
			"bigfile":  bigfile,
			"nested":   nested,
			"edit":     edit,
			"stopped":  stopped,
		},
	})
}

func succeeds(ts *testscript.TestScript, neg bool, args []string) {
	if code := here(ts, args); (code == 0) == neg {
		ts.Fatalf("%s ended with code %d", strings.Join(args, " "), code)
	}
}

// exitcode leaves the output of its command to stdout, stderr and cmp, as exec does.
func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != program {
		ts.Fatalf("usage: exitcode N skipcost ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if code := here(ts, args[2:]); code != want {
		ts.Fatalf("%s ended with code %d, not %d", strings.Join(args[1:], " "), code, want)
	}
}

func empty(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: [!] empty stdout|stderr|FILE...")
	}
	for _, name := range args {
		if (ts.ReadFile(name) == "") == neg {
			ts.Fatalf("%s is empty: %v", name, neg)
		}
	}
}

func bigfile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bigfile FILE SIZE")
	}
	digits := strings.TrimRight(args[1], "KMGiB")
	factor, ok := map[string]int64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[args[1][len(digits):]]
	size, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !ok {
		ts.Fatalf("bad size %q", args[1])
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(path, nil, 0o666))
	ts.Check(os.Truncate(path, size*factor)) // sparse, where the file system can
}

func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o666))
}

// stopped interrupts a command once it has written so much to a file, and wants it to fail.
func stopped(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: stopped FILE BYTES COMMAND ARG...")
	}
	least, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	c := exec.Command(path, args[3:]...)
	c.Dir = ts.MkAbs(".")
	c.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	ts.Check(c.Start())
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(time.Millisecond) {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() >= least {
			break
		}
	}
	ts.Check(c.Process.Signal(os.Interrupt))
	if err := c.Wait(); err == nil {
		ts.Fatalf("the command was done before it could be stopped")
	}
}

func nested(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: nested FILE DEPTH [lists|merges|parens]")
	}
	depth, err := strconv.Atoi(args[1])
	ts.Check(err)
	kind := "lists"
	if len(args) == 3 {
		kind = args[2]
	}
	pair, ok := map[string][2]string{
		"lists":  {"[", "]"},
		"merges": {"{add: [identity, ", "]}"},
		"parens": {"(", ")"},
	}[kind]
	if !ok {
		ts.Fatalf("unknown kind of nesting %q", kind)
	}
	opened, closed := strings.Repeat(pair[0], depth), strings.Repeat(pair[1], depth)
	step := opened + "{linear: 8}" + closed
	if kind == "parens" {
		step = "{linear: " + opened + "8" + closed + "}"
	}
	text := "name: nested\ninput: [8]\nsteps:\n  - " + step + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}
