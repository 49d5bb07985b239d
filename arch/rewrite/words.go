package rewrite

// Word is a term about links, with its meaning.
type Word struct{ Name, Meaning string }

// Words define a link and its properties, each by the words before it. [Link] and [Class] say the same of their fields.
func Words() []Word {
	return []Word{
		{"weight layer", "a product with learned weights; an attention or recurrent layer counts as the layers that it is written out in, an embedding as one; norms and learned scales are none"},
		{"merge", "an add, mean or concat of two or more operands; a concat that lists the operands of an earlier one and more is that one joined with the new ones"},
		{"trunk", "of a merge, the operand behind the most weight layers; of equals the one with more weight layers on its shortest way from the tensor that they share, then the one with more macs, then the later"},
		{"link", "every operand of a merge that is not its trunk"},
		{"origin", "of a link, where it parts from the trunk: of the tensors behind the operand (itself included) that the trunk descends from and that a gradient can reach, the one with the fewest weight layers on its shortest way to the operand; of equals the latest"},
		{"identity", "a link without a weight layer on its shortest way from the origin"},
		{"projected", "a link with weight layers on every way from its origin, such as the 1×1 convolution that a ResNet puts on a shortcut where the width changes"},
		{"skip", "a link with something to skip: a weight layer, a pooling or a product of activations on the trunk between origin and merge; a projected one has fewer weight layers than the trunk at an add or mean, and at a concat another origin than the other links of the merge, or a trunk through extents that it does not pass"},
		{"gate", "an operand of a multiply that scales the other, as in squeeze-and-excite"},
		{"conditioning", "a link from elsewhere: without an origin, broadcast by the add, or from an input that no weight layer reads, such as a mask or a time embedding"},
		{"branch", "a link that is none of these, such as the paths of an Inception block"},
		{"span", "the number of weight layers that a skip jumps over, on the longest path of the trunk between origin and merge; of the four of an attention layer it passes two"},
		{"bytes", "of a skip, the size of the tensor that it holds longest; where that is not the operand, it is named"},
		{"waits", "the number of operations that run while a skip holds that tensor"},
		{"causes", "what a network costs less that of the same network without the operand; of a merge of two the trunk remains. Causes of several links overlap and need not add up: only all cut at once is a total"},
	}
}
