package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// textOperators read texts and files of images, which is no arithmetic.
func textOperators() []*operator {
	return doing(None, []*operator{
		{name: "StringConcat", rule: (*call).textPairs},
		{name: "StringNormalizer", rule: (*call).normalizedTexts},
		{name: "StringSplit", rule: (*call).splitTexts},
		{name: "RegexFullMatch", rule: (*call).alike},
		{name: "TfIdfVectorizer", rule: (*call).countedWords},
		{name: "ImageDecoder", rule: (*call).decodedImage},
	})
}

// textPairs puts texts behind one another, element by element.
func (c *call) textPairs() ([]*item, error) {
	for k := range 2 {
		if _, err := c.need(k); err != nil {
			return nil, err
		}
	}
	dims, err := broadcast(c.in[0].dims, c.in[1].dims)
	if err != nil {
		return nil, err
	}
	return c.moved("gather", c.anyActivation(), dims)
}

// normalizedTexts leaves out some of the texts along the last axis.
func (c *call) normalizedTexts() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() == 0 {
		return nil, errors.New("needs a row of texts")
	}
	dims, last := slices.Clone(x.dims), x.rank()-1
	if dims[last], err = c.sizeOfOutput(0, last); err != nil {
		return nil, err
	}
	return c.moved("gather", x, dims)
}

// splitTexts cuts each text into as many parts as the longest has, and says how many it has.
func (c *call) splitTexts() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	parts, err := c.sizeOfOutput(0, x.rank())
	if err != nil {
		return nil, err
	}
	out, err := c.moved("gather", x, append(slices.Clone(x.dims), parts))
	return append(out, &item{dims: x.dims}), err
}

// countedWords counts how often each of some groups of words stands in a row; an attribute says where each is counted.
func (c *call) countedWords() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	places := c.list("ngram_indexes")
	if x.rank() < 1 || x.rank() > 2 || len(places) == 0 {
		return nil, errors.New("needs rows of words and the places of groups of them")
	}
	dims := slices.Clone(x.dims)
	dims[x.rank()-1] = symbolic.Int(slices.Max(places)).Add(symbolic.Int(1))
	return c.moved("gather", x, dims)
}

// decodedImage is an image of three channels.
func (c *call) decodedImage() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims := ints(0, 0, 3)
	for k := range dims[:2] {
		if dims[k], err = c.sizeOfOutput(0, k); err != nil {
			return nil, err
		}
	}
	if c.text("pixel_format", "RGB") == "Grayscale" {
		dims[2] = symbolic.Int(1)
	}
	return c.moved("gather", x, dims)
}
