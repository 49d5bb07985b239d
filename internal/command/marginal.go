package command

func marginalHelp() help {
	return help{
		usage: "what one more layer, unit of width or growth, or sample adds",
		text:  "skipcost marginal [--for SYMBOLS] [FLAGS] NETWORK ...",
		description: "The difference of two neighbours, as a formula and as a number: from the value that the network has to the next one that\n" +
			"makes a network. Without --for, of the batch and of each symbol that formula leaves free.\n\n" +
			"Examples:\n" +
			"  skipcost marginal concat add\n" +
			"  skipcost marginal densenet-bc-100-12 --for L,k\n" +
			"  skipcost marginal resnet50 --for batch --columns training_saved_bytes,training_peak_bytes",
	}
}
