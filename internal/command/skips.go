package command

func skipsHelp() help {
	return help{
		usage: "the skips of a network and what each of them causes",
		text:  "skipcost skips [FLAGS] NETWORK",
		description: "Lists each skip with what would go if it alone were cut. A skip is an operand of an add, concat or mean that reaches it\n" +
			"past layers which the other operand has been through. Equal iterations of a repeat share a row.\n\n" +
			"Examples:\n  skipcost skips resnet50\n  skipcost skips unet --format json\n  skipcost skips llama-7b --all\n  skipcost skips unet --format mermaid\n" +
			"  skipcost skips concat --formula",
	}
}
