//go:build js && wasm

// Engine is the program as a browser runs it, in a worker: it answers requests as the command line does, from what is shipped and from
// files that were dropped on the page, of which it reads the slices that it needs.
//
// It sets one object for the script of the worker, skipcost, with the functions
//
//	answer(request)               the reply to a request; both are texts of JSON, see package request
//	choices()                     what can be asked, as JSON
//	commandLine(request)          the line of a shell that repeats a request
//	store(key, name, size, read)  keeps a file under a key; read(offset, length) returns a Uint8Array of it
package main

import (
	"context"
	"runtime/debug"
	"syscall/js"

	"github.com/skipcost/skipcost/internal/request"
)

func main() {
	debug.SetGCPercent(300) // one thread has to collect too, while a slider waits; of memory a page has enough
	files := &dropped{byKey: map[string]*blob{}}
	store := &request.Store{Source: files}
	offer(map[string]func(args []js.Value) any{
		"answer":      func(args []js.Value) any { return string(store.Reply(context.Background(), []byte(args[0].String()))) },
		"choices":     func([]js.Value) any { return choices() },
		"commandLine": func(args []js.Value) any { return commandLine(args[0].String()) },
		"store": func(args []js.Value) any {
			files.put(args[0].String(), &blob{size: int64(args[2].Float()), read: args[3]})
			return nil
		},
	})
	select {} // the functions are called as long as the page is there
}

// offer sets the object that the script of the worker calls.
func offer(functions map[string]func(args []js.Value) any) {
	object := js.Global().Get("Object").New()
	for name, f := range functions {
		object.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args) }))
	}
	js.Global().Set("skipcost", object)
}

func choices() string {
	text, err := request.Choices()
	if err != nil {
		return "{}"
	}
	return string(text)
}

func commandLine(text string) string {
	req, err := request.Parse([]byte(text))
	if err != nil {
		return ""
	}
	return request.CommandLine(req)
}
