package command

func formulaHelp() help {
	return help{
		usage: "what networks cost, as closed formulas of their symbols",
		text:  "skipcost formula [FLAGS] [NETWORK ...]",
		description: "Without names, all schemes of skip connections.\n\n" +
			"Examples:\n" +
			"  skipcost formula\n" +
			"  skipcost formula concat --set N=100\n" +
			"  skipcost formula densenet-bc --free L,k,theta\n" +
			"  skipcost formula cifar-resnet --format latex",
	}
}
