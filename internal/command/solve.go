package command

func solveHelp() help {
	return help{
		usage: "the deepest, widest or largest network within budgets",
		text:  "skipcost solve --for SYMBOL --budget COST=AMOUNT [FLAGS] NETWORK ...",
		description: "Finds the greatest whole number for a symbol (the depth L, the width N, the growth rate k, batch …) with which the\n" +
			"network stays within all budgets, what it costs there, and what at the next value. Amounts have SI or IEC prefixes:\n" +
			"1M, 4.11G, 8GiB. COST>=AMOUNT is a lower limit.\n\n" +
			"--equal NETWORK:COST finds where the network costs what another one does.\n\n" +
			"Examples:\n" +
			"  skipcost solve concat --for L --budget params=1M --set N=100\n" +
			"  skipcost solve add concat --for L --budget params=1M,training_total_bytes=8GiB --optimizer adam\n" +
			"  skipcost solve resnet50 --for batch --budget training_peak_bytes=16GiB\n" +
			"  skipcost solve plain --for L --budget gradient_gain'>=0.01' --init torch\n" +
			"  skipcost solve concat --for N --equal add:params",
	}
}
