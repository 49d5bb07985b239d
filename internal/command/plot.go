package command

func plotHelp() help {
	return help{
		usage: "costs against the depth, the width or any other symbol, as curves",
		text:  "skipcost plot --over SYMBOL=FROM:TO [FLAGS] NETWORK ...",
		description: "A frame for each cost and a curve for each network, with the whole numbers at which one overtakes another.\n" +
			"Without -o, a terminal gets a picture of dots, and a pipe SVG.\n\n" +
			"Examples:\n" +
			"  skipcost plot add concat densenet --over L=2:200 --cost params\n" +
			"  skipcost plot add densenet --over L=2:200 --cost params,macs --budget params=1M -o cost.svg\n" +
			"  skipcost plot plain add concat --over L=2:100 --cost gradient_gain",
	}
}
