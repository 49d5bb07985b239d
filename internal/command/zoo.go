package command

func zooHelp() help {
	return help{
		usage: "the networks that are shipped; with a name, its YAML to copy and edit",
		text:  "skipcost zoo [FLAGS] [NETWORK]",
		description: "Examples:\n  skipcost zoo\n  skipcost zoo resnet50 -o mynet.yaml\n" +
			"  skipcost zoo --schema -o skipcost.schema.json",
	}
}
