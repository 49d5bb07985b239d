package command_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/skipcost/skipcost/internal/command"
)

const program = "skipcost"

// TestMain is the program where that is the name it is run by. The tests let garbage be: collecting it at the usual rate takes a
// third of their time.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == program {
		os.Exit(command.Main())
	}
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// onPath lets commands find the program.
func onPath(t testing.TB) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, program)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// here runs the program in the folder of a script, without a process of its own: most of what a script takes would be starts.
func here(ts *testscript.TestScript, args []string) (code int) {
	back, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer func() { ts.Check(os.Chdir(back)) }()
	return command.Run(args, strings.NewReader(""), ts.Stdout(), ts.Stderr())
}

// inTurn runs scripts one after the other, as the folder in which a process is can be that of one script alone.
type inTurn struct{ *testing.T }

func (t inTurn) Run(name string, script func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { script(inTurn{t}) })
}

func (inTurn) Parallel() {}

func (inTurn) Verbose() bool { return testing.Verbose() }
