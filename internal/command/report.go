package command

func reportHelp() help {
	return help{
		usage: "all there is to say of networks, as a page of one file that opens without a network",
		text:  "skipcost report [FLAGS] NETWORK ... -o FILE.html",
		description: "What the networks cost side by side and as formulas, what their skips hold and cause, a picture of each, and its layers.\n\n" +
			"Examples:\n  skipcost report resnet50 densenet121 -o report.html\n  skipcost report model.onnx --batch 32 -o report.html",
	}
}
