package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
)

// schema is [Schema] as an editor reads it.
type schema struct {
	root object
	told map[string]string // what was said of each place of the file at hand, by definition and place
}

// file says why a file does not fit; empty where it does.
func (s *schema) file(t *testing.T, text string) string {
	s.told = map[string]string{}
	return s.refuses("", s.root, generic(t, text))
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	s := &schema{}
	require.NoError(t, json.Unmarshal(Schema(), &s.root))
	return s
}

// refuses says why a value does not fit a schema, by the few words of JSON Schema that the schema of the language has; empty where it fits.
func (s *schema) refuses(at string, of object, value any) string {
	for _, word := range slices.Sorted(maps.Keys(of)) {
		switch is := of[word]; word {
		case "$schema", "title", "description", "$defs":
		case "$ref":
			name := strings.TrimPrefix(is.(string), "#/$defs/")
			why, known := s.told[name+" "+at]
			if !known {
				why = s.refuses(at, s.root["$defs"].(object)[name].(object), value)
				s.told[name+" "+at] = why
			}
			if why != "" {
				return why
			}
		case "type":
			words, several := is.([]any)
			if !several {
				words = []any{is}
			}
			if !slices.Contains(words, any(typeOf(value))) && !(typeOf(value) == "integer" && slices.Contains(words, any("number"))) {
				return fmt.Sprintf("%s: %v is no %v", at, value, is)
			}
		case "enum":
			if !slices.ContainsFunc(is.([]any), func(one any) bool { return fmt.Sprint(one) == fmt.Sprint(value) }) {
				return fmt.Sprintf("%s: %v is none of %v", at, value, is)
			}
		case "anyOf":
			var all []string
			for _, one := range is.([]any) {
				why := s.refuses(at, one.(object), value)
				if why == "" {
					all = nil
					break
				}
				all = append(all, why)
			}
			if all != nil {
				return slices.MaxFunc(all, func(a, b string) int { return len(before(a)) - len(before(b)) }) // the one that got furthest
			}
		case "required", "properties", "additionalProperties", "minProperties", "maxProperties":
			if m, is := value.(object); is {
				if why := s.refusesMap(at, word, of, m); why != "" {
					return why
				}
			}
		case "items", "minItems", "maxItems":
			if list, is := value.([]any); is {
				if why := s.refusesList(at, word, of, list); why != "" {
					return why
				}
			}
		default:
			return "a word of schemas that this test does not know: " + word
		}
	}
	return ""
}

func before(why string) string { at, _, _ := strings.Cut(why, ": "); return at }

func (s *schema) refusesMap(at, word string, of, m object) string {
	properties, _ := of["properties"].(object)
	switch word {
	case "required":
		for _, key := range of[word].([]any) {
			if _, has := m[key.(string)]; !has {
				return fmt.Sprintf("%s: %v is missing", at, key)
			}
		}
	case "minProperties":
		if float64(len(m)) < of[word].(float64) {
			return at + ": too few keys"
		}
	case "maxProperties":
		if float64(len(m)) > of[word].(float64) {
			return at + ": too many keys"
		}
	default:
		for key, v := range m {
			one, known := properties[key].(object)
			if !known {
				if of["additionalProperties"] == false {
					return fmt.Sprintf("%s: %s is no key", at, key)
				}
				one, known = of["additionalProperties"].(object)
			}
			if known {
				if why := s.refuses(at+"."+key, one, v); why != "" {
					return why
				}
			}
		}
	}
	return ""
}

func (s *schema) refusesList(at, word string, of object, list []any) string {
	switch word {
	case "minItems":
		if float64(len(list)) < of[word].(float64) {
			return at + ": too few items"
		}
	case "maxItems":
		if float64(len(list)) > of[word].(float64) {
			return at + ": too many items"
		}
	case "items":
		for k, v := range list {
			if why := s.refuses(fmt.Sprintf("%s[%d]", at, k), of[word].(object), v); why != "" {
				return why
			}
		}
	}
	return ""
}

// typeOf is the name of a value's type in schemas.
func typeOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case object:
		return "object"
	case []any:
		return "array"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return fmt.Sprintf("%T", value)
}

// generic is a network as an editor that knows YAML reads it.
func generic(t *testing.T, text string) any {
	t.Helper()
	var value, out any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value), text)
	again, err := json.Marshal(value)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(again, &out))
	return out
}

// TestSchemaTakesEveryNetwork: editors do not complain about networks that are shipped, or shown on the page of the language.
func TestSchemaTakesEveryNetwork(t *testing.T) {
	s := readSchema(t)
	names, err := filepath.Glob("../zoo/networks/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for k, name := range names {
		if testing.Short() && k%4 > 0 {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Empty(t, s.file(t, string(text)), name)
	}
	for _, example := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(Language(), -1) {
		assert.Empty(t, s.file(t, example[1]), example[1])
	}
}

// TestSchemaKnowsEveryKind: each kind with all of its parameters, and what is required.
func TestSchemaKnowsEveryKind(t *testing.T) {
	s := readSchema(t)
	assert.Contains(t, s.root["$schema"], "2020-12")
	for _, k := range arch.Kinds() {
		for _, p := range k.Parameters {
			told := false
			for _, form := range s.step(k.Name)["anyOf"].([]any) {
				properties, _ := form.(object)["properties"].(object)
				of, has := properties[p.Name].(object)
				if !has {
					continue
				}
				told = true
				assert.Contains(t, of["description"], p.Doc, "%s of %s", p.Name, k.Name)
				required, _ := form.(object)["required"].([]any)
				assert.Equal(t, p.Required, slices.Contains(required, any(p.Name)), "%s of %s", p.Name, k.Name)
			}
			assert.True(t, told, "%s of %s", p.Name, k.Name)
		}
	}
}

// step is the schema of a step by its word.
func (s *schema) step(word string) object {
	of, _ := s.root["$defs"].(object)["step"].(object)["anyOf"].([]any)[1].(object)["properties"].(object)[word].(object)
	return of
}

// TestSchemaRefuses: single layers as they may be written, and as they may not.
func TestSchemaRefuses(t *testing.T) {
	s := readSchema(t)
	for step, taken := range map[string]bool{
		"linear: 3": true, "linear: {out: 3, bias: true}": true, "linear: {out: 2.5*c}": true, "linear: {out: [3, 4]}": false, "linear: {bias: true}": false, "linear: ": false, "linear: {out: 3, outs: 4}": false, "linear: true": false,
		"relu: ": true, "conv: {out: 4, kernel: [3, 3]}": true, "conv: {out: 4, kernel: [3, 3, 3, 3]}": false, "conv: {out: 4, kernel: 3, padding: same}": true, "upsample: {scale: 2, mode: bilinear}": true, "upsample: {scale: 2, mode: cubic}": false,
		"reshape: [4, 5]": true, "reshape: []": false, "linear: {out: 3, shared: first}": true, "linear: {out: 3, shared: 3}": false, "linear: {out: 3, init: 0.5}": true, "linear: {out: 3, init: torch}": true, "attention: {heads: 2, memory: m}": true, "attention: {heads: 2, memory: 3}": false,
		"dropout: 0.5": true, "add: [identity, linear: 3]": true, "add: [identity]": false, "concat: {list: [identity, linear: 3]}": true, "add: {from: [a, b]}": true, "add: {from: [a]}": false, "weighted: {ways: 2, paths: [identity, identity]}": true,
		"repeat: {times: 3, steps: [relu]}": true, "repeat: {times: 3}": false, "repeat: {times: 3, steps: relu, links: dense}": true, "repeat: {times: 3, steps: relu, links: window}": false, "repeat: {times: 3, steps: relu, links: {window: 2}}": true,
		"repeat: {times: 3, steps: relu, links: dense, gather: all}": true, "repeat: {times: 3, steps: relu, links: dense, gather: some}": false, "couple: [relu, relu]": true, "couple: [relu]": false, "identity: ": true, "identity: 3": false,
		"streams: {count: 2, form: mhc, steps: relu}": true, "streams: {count: 2, form: other, steps: relu}": false, "head: {training: relu}": true, "if: n > 1, then: relu": true, "let: {m: 3}": true,
		"linear: 3, checkpoint: true": true, "linear: 3, checkpoint: some": false, "linear: 3, survives: 0.9": true, "own: {out: 3, steps: [relu]}": true,
	} {
		why := s.file(t, "name: x\ninput: [4]\nsteps: [{"+step+"}]\n")
		assert.Equal(t, taken, why == "", "%s: %s", step, why)
	}
	for head, taken := range map[string]bool{
		"name: x\ninput: [4]": true, "input: [4]": false, "name: x": false, "name: x\ninput: []": false, "name: x\ninput: [1, 2, 3, 4, 5]": false, "name: x\ninput: [4]\nother: 3": false, "name: x\ninput: [4]\nsymbols: {w: 1.5, h: 1/2}": true,
		"name: x\ninput: [4]\ninit: {conv: he, linear: 2}": true, "name: x\ninput: [4]\nfree: [L]": true, "name: x\ninput: [4]\nfree: L": false, "name: x\ninput: [4]\npresets: {big: {w: 3}}": true, "name: x\ninput: [4]\npresets: {big: 3}": false, "name: x\ninput: [4]\nsamples: 3": true,
	} {
		why := s.file(t, head+"\nsteps: [relu]\n")
		assert.Equal(t, taken, why == "", "%s: %s", head, why)
	}
}
