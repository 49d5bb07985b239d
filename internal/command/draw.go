package command

func drawHelp() help {
	return help{
		usage: "the layers of a network as a line, with an arc for each of its skips",
		text:  "skipcost draw [FLAGS] NETWORK",
		description: "Arcs above add and those below concatenate; they are as thick as what they hold, or with --by cause.\n" +
			"Iterations that are alike are drawn once. Without -o, a terminal gets a picture of dots, and a pipe SVG.\n\n" +
			"Examples:\n" +
			"  skipcost draw resnet50\n" +
			"  skipcost draw unet -o unet.svg\n" +
			"  skipcost draw model.onnx --by params -o model.png",
	}
}
