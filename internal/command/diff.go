package command

func diffHelp() help {
	return help{
		usage: "what changed between two networks, or between two settings of one: costs, layers and links",
		text:  "skipcost diff [FLAGS] OLD NEW\nskipcost diff --then NAME=VALUE [FLAGS] NETWORK",
		description: "Every cost before, after and its change, and the layers and links that came, went or changed. Layers are matched by\n" +
			"their names, then by kind and shape in order. --set binds symbols of both sides and --then those of the new side\n" +
			"alone, where batch is the number of samples; with --then one network is enough.\n\n" +
			"--fail-on COST+AMOUNT or COST+PERCENT% ends with code 3 where a cost rises by more.\n\n" +
			"Examples:\n" +
			"  skipcost diff resnet18 resnet34\n" +
			"  skipcost diff concat --set L=10 --then L=11\n" +
			"  skipcost diff old.yaml new.yaml --format markdown --fail-on params+5%,inference_peak_bytes+1MiB",
	}
}
