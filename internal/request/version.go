package request

import "runtime/debug"

// stamp is the version of the program that builds this one, as the page's engine is built; the linker sets it.
var stamp string

// Version is the release that the program was built from, or else the commit.
func Version() string {
	if stamp != "" {
		return stamp
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	text := info.Main.Version
	if commit := settings["vcs.revision"]; text == "" || text == "(devel)" {
		text = "(unknown: built without a version or a repository)"
		if commit != "" {
			text = "commit " + commit
		}
		if settings["vcs.modified"] == "true" {
			text += ", with changes"
		}
	}
	return text
}
