package command

func explainHelp() help {
	return help{
		usage: "the rule by which a kind of layer is priced, what a cost counts, what is called a skip, and more",
		text:  "skipcost explain [FLAGS] [LAYER | COST | WORD | FRAMEWORK | CONVENTION | costs | skips | conventions | precision | fused | operators | limits | flow | swap | language]",
		description: "Without a name, the rules of all layers. A cost, or costs for all of them, says what is counted and how.\n" +
			"skips says what is meant by link, skip, trunk, origin, span and the like; each of these words has a page of its own too.\n" +
			"The name of a --framework lists what training keeps by its rules, precision the types of each recipe,\n" +
			"and flow how signal and gradient pass each kind.\n" +
			"conventions lists whose counting is known, and the name of one says what it charges.\n" +
			"swap lists what skips can become, and what each kind costs and comes from.\n" +
			"operators lists the ONNX operators that are read, and what is counted of each.\n" +
			"limits lists how much a file may ask for before it is refused.\n" +
			"Every option, value of an option, parameter and word of the language has an answer too, as autocast, adam and streams.\n" +
			"language is the page that shows by examples how networks are written in YAML.\n\n" +
			"Examples:\n  skipcost explain conv2d\n  skipcost explain training_saved_bytes\n  skipcost explain torch2\n  skipcost explain fvcore\n" +
			"  skipcost explain language\n  skipcost explain --format markdown",
	}
}
