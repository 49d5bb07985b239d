package spec

// Word is a word of the language that is no layer, with what it says.
type Word struct {
	Name string
	Of   string // where it stands: a key at the top of a file, a step, or a parameter of repeat or streams
	Doc  string
}

// The places of words.
const (
	ofFile    = "key of a file"
	ofStep    = "step"
	ofRepeat  = "parameter of repeat"
	ofStreams = "parameter of streams"
)

// Words lists all words of the language but layers and merges: what documentation, the schema and help say of each.
func Words() []Word {
	out := []Word{
		{wordIdentity, ofStep, "nothing happens: the empty path"},
		{wordAs, ofStep, "names what comes out, for a later from"},
		{wordFrom, ofStep, "reads the named tensor instead of the current one"},
		{wordCheckpoint, ofStep, "what of the step is not kept for the backward pass, but made again: what is inside, all, or what is read"},
		{wordSurvives, ofStep, "the share of training steps in which the step runs"},
		{wordCouple, ofStep, "additive coupling of two halves by two paths"},
		{wordHead, ofStep, "a side path that ends in one more output"},
		{wordIf, ofStep, "compares two numbers, as in n > 1, and runs then or else"},
		{wordThen, ofStep, "the steps of an if whose comparison holds"},
		{wordElse, ofStep, "the steps of an if whose comparison does not hold"},
		{wordLet, ofStep, "names numbers for the steps behind it"},
		{wordRepeat, ofStep, "runs steps several times"},
		{wordStreams, ofStep, "runs steps on several residual streams (hyper-connections)"},
		{repeatTimes, ofRepeat, "how often the steps run"},
		{repeatSteps, ofRepeat, "what runs in each iteration"},
		{repeatLinks, ofRepeat, "which earlier iterations are read"},
		{repeatGather, ofRepeat, "which layers come out of a repeat with links, or how they are summed up where they are read"},
		{repeatWays, ofRepeat, "names of further sums of the same layers, each with numbers of its own"},
		{repeatDilation, ofRepeat, "every so many-th of the layers before is read"},
		{repeatPeriod, ofRepeat, "only behind every so many-th layer those before are read"},
		{repeatBlock, ofRepeat, "so many layers are added up, and their sum is read as one"},
		{repeatReversible, ofRepeat, "what enters an iteration of couplings is computed from what leaves it, and not kept"},
		{linkWindow, "links of a repeat", "the last so many layers are read"},
		{streamsCount, ofStreams, "how many copies of what comes in there are"},
		{streamsFractions, ofStreams, "the number of parts that what comes in is cut into, instead of copies (Frac-Connections)"},
		{streamsForm, ofStreams, "where the numbers come from with which streams are read, written and mixed"},
	}
	for _, k := range topKeys() {
		out = append(out, Word{k.name, ofFile, k.doc})
	}
	return out
}

// docOf is what is said of a word of steps, or of a parameter of one.
func docOf(name string) string {
	for _, w := range Words() {
		if w.Name == name && w.Of != ofFile {
			return w.Doc
		}
	}
	return ""
}
