package command

func matchHelp() help {
	return help{
		usage: "by whose counting a network costs what a paper, model card or tool prints",
		text:  "skipcost match [FLAGS] NETWORK",
		description: "Tries the conventions of counting tools and of those who publish figures, to the digits that are given: 4.11G is\n" +
			"anything from 4.105 G to 4.115 G. Other sizes of the input are tried too, a multiply-accumulate as one or two,\n" +
			"heads that only run while training, and other spellings of the network's code. Where nothing fits, the nearest misses.\n\n" +
			"Examples:\n  skipcost match resnet50 --macs 4.11G\n  skipcost match vit_b_16 --params 58.07M\n  skipcost match resnet18 --memory 84.69MB --format json",
	}
}
