package command

func calcHelp() help {
	return help{
		usage: "what networks cost, side by side",
		text:  "skipcost calc [FLAGS] [NETWORK ...]",
		description: "Without names, the schemes of skip connections: L layers of N units joined by L − 1 weight matrices.\n" +
			"A NETWORK is a shipped one (skipcost zoo lists them), a YAML or ONNX file, or - for YAML on standard input.\n\n" +
			"Examples:\n" +
			"  skipcost calc --depth 10 --width 100\n" +
			"  skipcost calc --depth 16 --width 64 --kernel 3 --map 32\n" +
			"  skipcost calc resnet50 mynet.yaml model.onnx --layers\n" +
			"  skipcost calc densenet-bc --set L=190,k=40 --format json\n" +
			"  skipcost calc mynet.yaml --limit params=25M,inference_peak_bytes=64MiB   # ends with code 3 above them",
	}
}
