package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/skipcost/skipcost/internal/choose"
)

// maxRequest is the longest request, in bytes: much longer than any file of a network that can be priced.
const maxRequest = 64 << 20

// The keys of a request that are no options.
const (
	commandKey  = "command"
	networksKey = "networks"
)

// Parse reads a request as JSON: an object with the command, the networks, and each option under its name, with a text, a list
// of texts or true. Anything else is a *UsageError that names it.
func Parse(text []byte) (*Request, error) {
	if len(text) > maxRequest {
		return nil, usagef("", "a request of %d bytes is longer than %d", len(text), maxRequest)
	}
	values, order, err := members(text)
	if err != nil {
		return nil, err
	}
	var name string
	if err := unmarshal(commandKey, values, &name); err != nil {
		return nil, err
	}
	req, err := New(name)
	if err != nil {
		return nil, err
	}
	if _, given := values[networksKey]; given {
		if req.Networks, err = parseNetworks(values[networksKey]); err != nil {
			return nil, err
		}
	}
	for _, key := range order {
		if key == commandKey || key == networksKey {
			continue
		}
		if err := req.parseOption(key, values[key]); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// members are the values of an object, and its keys in order. A key that is given twice is an error.
func members(text []byte) (map[string]json.RawMessage, []string, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	noObject := func(because any) error { return usagef("", "a request is an object of JSON: %v", because) }
	switch t, err := d.Token(); {
	case err != nil:
		return nil, nil, noObject(err)
	case t != json.Delim('{'):
		return nil, nil, noObject("it begins otherwise")
	}
	values := map[string]json.RawMessage{}
	var order []string
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, nil, noObject(err)
		}
		key, _ := t.(string)
		if _, twice := values[key]; twice {
			return nil, nil, usagef("", "the key %q stands twice", key)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, usagef("", "%q: %v", key, err)
		}
		values[key], order = value, append(order, key)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, noObject(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, usagef("", "something follows the object of the request")
	}
	return values, order, nil
}

// unmarshal reads a required value.
func unmarshal(key string, values map[string]json.RawMessage, into *string) error {
	value, given := values[key]
	if !given {
		return usagef("", "a request needs the key %q", key)
	}
	text, err := parseText(value)
	if err != nil {
		return usagef("", "%q: %v", key, err)
	}
	*into = text
	return nil
}

// parseNetworks reads a list of networks, each an object as [Network] is written.
func parseNetworks(value json.RawMessage) ([]Network, error) {
	var all []json.RawMessage
	if err := json.Unmarshal(value, &all); err != nil || !bytes.HasPrefix(value, []byte("[")) {
		return nil, usagef("", "%q is a list of objects", networksKey)
	}
	out := make([]Network, len(all))
	for k, one := range all {
		values, order, err := members(one)
		if err != nil {
			return nil, usagef("", "%s[%d]: %v", networksKey, k, err)
		}
		fields := map[string]*string{"name": &out[k].Name, "file": &out[k].File, "text": &out[k].Text, "stored": &out[k].Stored}
		known := []string{"name", "file", "text", "stored"}
		for _, key := range order {
			if fields[key] == nil {
				return nil, usagef(choose.Hint(key, known, choose.List("keys are", known)), "%s[%d]: unknown key %q", networksKey, k, key)
			}
			if err := unmarshal(key, values, fields[key]); err != nil {
				return nil, usagef("", "%s[%d]: %v", networksKey, k, err)
			}
		}
		if err := out[k].check(values); err != nil {
			return nil, usagef(`as {"name": "resnet50"}, {"file": "net.yaml", "text": "…"} or {"file": "net.onnx", "stored": "…"}`, "%s[%d]: %v", networksKey, k, err)
		}
	}
	return out, nil
}

// check refuses a network that is given in two ways, or in none.
func (n Network) check(given map[string]json.RawMessage) error {
	has := func(key string) bool { return given[key] != nil }
	switch {
	case has("name") && len(given) == 1 && n.Name != "":
	case has("file") && len(given) == 2 && n.File != "" && (has("text") || n.Stored != ""):
	default:
		return errors.New("a network is a name, or a file with its text or its key in the store")
	}
	return nil
}

// parseOption reads the value of an option.
func (req *Request) parseOption(key string, value json.RawMessage) error {
	o := req.command.option(key)
	if o == nil {
		known := append([]string{commandKey, networksKey}, req.command.optionNames()...)
		return usagef(choose.Hint(key, known, choose.List("keys of "+req.command.Name+" are", known)), "unknown key %q", key)
	}
	switch o.Kind {
	case Switch:
		switch string(value) {
		case "true":
			return req.Give(key)
		case "false":
			return nil
		}
		return usagef("", "%q is true or false", key)
	case List:
		texts, err := parseTexts(value)
		if err != nil {
			return usagef("", "%q: %v", key, err)
		}
		return req.Give(key, texts...)
	}
	text, err := parseText(value)
	if err != nil {
		return usagef("", "%q: %v", key, err)
	}
	return req.Give(key, text)
}

// parseTexts reads one text, or a list of them.
func parseTexts(value json.RawMessage) ([]string, error) {
	if !bytes.HasPrefix(value, []byte("[")) {
		text, err := parseText(value)
		return []string{text}, err
	}
	var all []json.RawMessage
	if err := json.Unmarshal(value, &all); err != nil {
		return nil, err
	}
	out := make([]string, len(all))
	for k, one := range all {
		var err error
		if out[k], err = parseText(one); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parseText reads a text that can stand on a command line too.
func parseText(value json.RawMessage) (string, error) {
	var text string
	if !bytes.HasPrefix(value, []byte(`"`)) {
		return "", fmt.Errorf("a text is wanted, as in %q, not %s", "10", excerpt(value))
	}
	if err := json.Unmarshal(value, &text); err != nil {
		return "", err
	}
	if strings.ContainsRune(text, 0) {
		return "", errors.New("a text cannot hold the character of number 0")
	}
	return text, nil
}

// excerpt is the beginning of a value.
func excerpt(value []byte) string {
	if len(value) > 40 {
		return strings.ToValidUTF8(string(value[:40]), "") + "…"
	}
	return string(value)
}

// MarshalJSON writes the network as [Parse] reads it.
func (n Network) MarshalJSON() ([]byte, error) {
	switch {
	case n.Stored != "":
		return json.Marshal(map[string]string{"file": n.File, "stored": n.Stored})
	case n.File != "":
		return json.Marshal(map[string]string{"file": n.File, "text": n.Text})
	}
	return json.Marshal(map[string]string{"name": n.Name})
}

// MarshalJSON writes the request as [Parse] reads it, with its options in the order of the command.
func (req *Request) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	var failed error
	put := func(key string, v any) {
		k, err := json.Marshal(key)
		if err != nil {
			failed = err
		}
		text, err := json.Marshal(v)
		if err != nil {
			failed = err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(text)
	}
	b.WriteByte('{')
	put(commandKey, req.command.Name)
	if len(req.Networks) > 0 {
		put(networksKey, req.Networks)
	}
	for _, o := range req.command.Options {
		texts, given := req.given[o.Name]
		switch {
		case !given:
		case o.Kind == Switch:
			put(o.Name, true)
		case o.Kind == List:
			put(o.Name, texts)
		default:
			put(o.Name, texts[0])
		}
	}
	b.WriteByte('}')
	return b.Bytes(), failed
}
