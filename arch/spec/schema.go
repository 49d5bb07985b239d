package spec

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/skipcost/skipcost/arch"
)

// object is a JSON object; encoding/json sorts its keys, so that the schema is the same in every run.
type object = map[string]any

// Schema is a JSON Schema (draft 2020-12) of the language for editors, generated from the layers that exist. It cannot say
// everything Parse checks: names, expressions and blocks are beyond it.
func Schema() []byte {
	properties := object{}
	var required []string
	for _, k := range topKeys() {
		value := k.schema()
		value["description"] = k.doc
		properties[k.name] = value
		if k.required {
			required = append(required, k.name)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	// Encoding maps of strings, slices and maps cannot fail.
	_ = e.Encode(object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "skipcost network",
		"type":                 "object",
		"required":             required,
		"properties":           properties,
		"additionalProperties": false,
		"$defs": object{
			"expression": object{"description": "a number or a formula", "type": []string{"number", "string"}},
			"arguments":  argumentsSchema(),
			"steps":      stepsSchema(),
			"step":       stepSchema(),
			"paths":      pathsSchema(),
		},
	})
	return b.Bytes()
}

func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

func textSchema() object { return object{"type": "string"} }

func listSchema(items object) object { return object{"type": "array", "items": items} }

func mapSchema(values object) object { return object{"type": "object", "additionalProperties": values} }

// settingsSchema is a map from symbols to numbers.
func settingsSchema() object { return mapSchema(ref("expression")) }

// initSchema is an initialisation for the network, or a map from layers to these.
func initSchema() object {
	word := object{"type": []string{"number", "string"}}
	return object{"anyOf": []object{word, mapSchema(word)}}
}

// inputSchema is a shape.
func inputSchema() object {
	return object{"type": "array", "items": ref("expression"), "minItems": 1, "maxItems": arch.MaxExtents + 1}
}

func stepsSchema() object {
	return object{"anyOf": []object{ref("step"), {"type": "array", "items": ref("steps")}}}
}

func pathsSchema() object {
	return object{"anyOf": []object{
		{"type": "array", "items": ref("steps"), "minItems": 2},
		{
			"type": "object", "required": []string{wordFrom}, "additionalProperties": false,
			"properties": object{wordFrom: object{"type": "array", "items": object{"type": "string"}, "minItems": 2}},
		},
	}}
}

// argumentsSchema is the value of a block, whose parameters are numbers, steps or tensors; only Parse knows which.
func argumentsSchema() object {
	return object{"anyOf": []object{
		{"type": "null"}, ref("expression"), ref("steps"), {"type": "object", "additionalProperties": object{"anyOf": []object{ref("expression"), ref("steps")}}},
	}}
}

// stepSchema is a word, or a map with one action and as and from.
func stepSchema() object {
	actions := object{
		wordIdentity:   object{"description": docOf(wordIdentity), "type": "null"},
		wordAs:         object{"description": docOf(wordAs), "type": "string"},
		wordFrom:       object{"description": docOf(wordFrom), "type": "string"},
		wordCheckpoint: object{"description": docOf(wordCheckpoint), "enum": []any{true, arch.RecomputeAll, arch.RecomputeInverted}},
		wordSurvives:   object{"description": docOf(wordSurvives), "anyOf": []object{ref("expression")}},
		wordCouple:     object{"description": docOf(wordCouple), "type": "array", "items": ref("steps"), "minItems": 2, "maxItems": 2},
		wordHead: object{"description": docOf(wordHead), "anyOf": []object{
			ref("steps"),
			{"type": "object", "required": []string{headTraining}, "additionalProperties": false, "properties": object{headTraining: ref("steps")}},
		}},
		wordIf:   object{"description": docOf(wordIf), "type": "string"},
		wordThen: ref("steps"),
		wordElse: ref("steps"),
		wordLet:  object{"description": docOf(wordLet), "type": "object", "additionalProperties": ref("expression")},
		wordRepeat: object{
			"description": docOf(wordRepeat), "type": "object", "additionalProperties": false,
			"required":   []string{repeatTimes, repeatSteps},
			"properties": object{repeatTimes: ref("expression"), repeatSteps: ref("steps"), repeatLinks: linksSchema(), repeatGather: gatherSchema(), repeatWays: object{"type": "array", "items": object{"type": "string"}, "minItems": 1}, repeatDilation: ref("expression"), repeatPeriod: ref("expression"), repeatBlock: ref("expression"), repeatReversible: object{"type": "boolean"}, wordCheckpoint: object{"type": "boolean"}},
		},
		wordStreams: object{
			"description": docOf(wordStreams), "type": "object", "additionalProperties": false,
			"required":   []string{streamsSteps},
			"properties": object{streamsCount: ref("expression"), streamsFractions: ref("expression"), streamsForm: object{"enum": arch.StreamForms()}, wordCheckpoint: object{"type": "boolean"}, streamsSteps: ref("steps")},
		},
	}
	for _, k := range arch.Kinds() {
		actions[k.Name] = kindSchema(k)
	}
	return object{"anyOf": []object{
		{"type": "string"},
		{"type": "object", "minProperties": 1, "maxProperties": 7, "properties": actions, "additionalProperties": ref("arguments")},
	}}
}

func linksSchema() object {
	window := object{"type": "object", "required": []string{linkWindow}, "additionalProperties": false, "properties": object{linkWindow: ref("expression")}}
	var names []arch.LinkPattern
	for _, p := range arch.LinkPatterns() {
		if p != arch.WindowLinks {
			names = append(names, p)
		}
	}
	return object{"description": docOf(repeatLinks), "anyOf": []object{{"enum": names}, window}}
}

func gatherSchema() object {
	return object{"description": docOf(repeatGather), "enum": arch.Gatherings()}
}

func kindSchema(k *arch.Kind) object {
	if k.Merge {
		paths := ref("paths")
		if len(k.Parameters) > 0 {
			return toldMergeSchema(k)
		}
		if !k.Concat() {
			return object{"description": k.Doc, "$ref": paths["$ref"]}
		}
		listed := object{"type": "object", "required": []string{mergeList}, "additionalProperties": false, "properties": object{mergeList: paths}}
		return object{"description": k.Doc, "anyOf": []object{paths, listed}}
	}
	properties, required := parametersSchema(k)
	arguments := object{"type": "object", "additionalProperties": false, "properties": properties}
	forms := []object{arguments}
	if len(required) > 0 {
		arguments["required"] = required
	} else {
		forms = append(forms, object{"type": "null"})
	}
	if short, ok := k.Parameter(k.Short); ok {
		forms = append(forms, parameterSchema(short))
	}
	return object{"description": k.Doc, "anyOf": forms}
}

// toldMergeSchema is a merge that takes arguments beside its paths.
func toldMergeSchema(k *arch.Kind) object {
	properties, required := parametersSchema(k)
	properties[mergePaths] = object{"type": "array", "items": ref("steps")}
	properties[wordFrom] = object{"type": "array", "items": object{"type": "string"}}
	told := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		told["required"] = required
		return object{"description": k.Doc, "anyOf": []object{told}}
	}
	return object{"description": k.Doc, "anyOf": []object{told, ref("paths")}}
}

// parametersSchema are the parameters of a kind, and which of them are required.
func parametersSchema(k *arch.Kind) (properties object, required []string) {
	properties = object{}
	for _, p := range k.Parameters {
		properties[p.Name] = parameterSchema(p)
		if p.Required {
			required = append(required, p.Name)
		}
	}
	return properties, required
}

func parameterSchema(p arch.Parameter) object {
	forms := []object{ref("expression")}
	switch {
	case p.Type == arch.Choice:
		forms = []object{{"enum": p.Words}}
	case p.Type == arch.Initial:
		forms = []object{{"type": "string"}, {"type": "number"}}
	case p.Type == arch.Sharing:
		forms = []object{{"type": "boolean"}, {"type": "string"}}
	case p.Type == arch.Tensor:
		forms = []object{{"type": "string"}}
	case p.True > 0:
		forms = append(forms, object{"type": "boolean"})
	case p.Type == arch.Dims:
		forms = append(forms, object{"type": "array", "items": ref("expression"), "minItems": 1, "maxItems": arch.MaxExtents + 1})
	case p.Type.PerAxis():
		forms = append(forms, object{"type": "array", "items": ref("expression"), "minItems": 1, "maxItems": arch.MaxExtents})
	}
	doc := p.Doc
	if text := p.DefaultText(); text != "" {
		doc += fmt.Sprintf(" (%s unless said)", text)
	}
	return object{"description": doc, "anyOf": forms}
}
