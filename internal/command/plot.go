package command

func plotHelp() help {
	return help{
		usage: "costs against the depth, the width or any other symbol, along the layers, or memory by kind",
		text:  "skipcost plot --over SYMBOL=FROM:TO [FLAGS] NETWORK ...\nskipcost plot --layers [FLAGS] NETWORK ...\nskipcost plot --memory [--over SYMBOL=FROM:TO] [FLAGS] NETWORK ...",
		description: "A frame for each cost and a curve for each network, with the whole numbers at which one overtakes another.\n" +
			"With --layers, along the depth of each network; with --memory, what training holds, by kind.\n" +
			"Without -o, a terminal gets a picture of dots, and a pipe SVG. The front of a sweep is drawn by sweep --pareto.\n\n" +
			"Examples:\n" +
			"  skipcost plot add concat densenet --over L=2:200 --cost params\n" +
			"  skipcost plot add densenet --over L=2:200 --cost params,macs --budget params=1M -o cost.svg\n" +
			"  skipcost plot plain add concat --over L=2:100 --cost gradient_gain\n" +
			"  skipcost plot resnet50 --layers --cost inference_peak_bytes,gradient_gain\n" +
			"  skipcost plot resnet50 densenet121 --memory --batch 32 --optimizer adam -o memory.svg",
	}
}
