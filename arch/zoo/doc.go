// Package zoo holds the networks that are shipped: one YAML file per family, embedded, each with its source.
//
// A family's file defines a network and its presets, which bind some of its symbols: resnet-bottleneck.yaml defines
// resnet-bottleneck, and by presets resnet50, resnext50_32x4d and wide_resnet101_2. A network under networks/ is one that
// a paper or a model card defines, with figures in testdata/reference that it must come to. The files under schemes/ are
// the ways to connect layers that the project compares, each fully connected (add) and convolutional (add-conv).
//
// Nothing here is code per network: a new member is a line of numbers, a new family is a file.
package zoo
