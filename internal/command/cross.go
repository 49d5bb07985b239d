package command

func crossHelp() help {
	return help{
		usage: "where one network's cost overtakes another's, over the depth, the width or any other symbol",
		text:  "skipcost cross --over SYMBOL [FLAGS] NETWORK NETWORK",
		description: "Finds, for each cost, every whole number from which on the other of two networks costs more, the ratio of the first to the\n" +
			"second there, and the ratio as a formula with what it comes to be like. Where both costs have closed formulas all whole\n" +
			"numbers are looked at, by the signs of the exact difference. Others are compared value by value, over the range that\n" +
			"is given or else over the first 128 values.\n\n" +
			"Examples:\n" +
			"  skipcost cross concat add --over L --set N=100\n" +
			"  skipcost cross densenet add --over L --set N=100,k=12 --columns params,macs\n" +
			"  skipcost cross densenet add --over L=2:300 --columns inference_peak_bytes",
	}
}
