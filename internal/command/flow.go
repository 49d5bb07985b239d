package command

func flowHelp() help {
	return help{
		usage: "what networks carry at initialisation: paths, signal and gradient",
		text:  "skipcost flow [FLAGS] [NETWORK ...]",
		description: "Without names, the schemes of skip connections and their variants. Nothing is trained and nothing runs: paths are\n" +
			"counted exactly, signal and gradient are expectations over the initial weights (skipcost explain flow).\n\n" +
			"Examples:\n" +
			"  skipcost flow\n" +
			"  skipcost flow --depth 50 --relu --init torch\n" +
			"  skipcost flow resnet50 densenet121 plain34 model.onnx\n" +
			"  skipcost flow resnet50 --without-skips\n" +
			"  skipcost flow resnet50 --layers",
	}
}
