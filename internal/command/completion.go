package command

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/internal/choose"
)

// completionScripts are shell scripts that ask the program itself for completions.
func completionScripts() map[string]string {
	return map[string]string{
		"bash": `# skipcost completion: source <(skipcost completion bash)
_skipcost() {
  local cur="${COMP_WORDS[COMP_CWORD]}"
  local words=("${COMP_WORDS[@]:0:$COMP_CWORD}")
  [[ "$cur" == -* ]] && words+=("$cur")
  COMPREPLY=($(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$cur"))
  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _skipcost skipcost
`,
		"zsh": `#compdef skipcost
# skipcost completion: source <(skipcost completion zsh)
_skipcost() {
  local -a opts
  if [[ "${words[CURRENT]}" == -* ]]; then
    opts=("${(@f)$(${words[1,CURRENT]} --generate-bash-completion 2>/dev/null)}")
  else
    opts=("${(@f)$(${words[1,CURRENT-1]} --generate-bash-completion 2>/dev/null)}")
  fi
  [[ -n "$opts" ]] && compadd -- $opts || _files
}
compdef _skipcost skipcost
`,
		"fish": `# skipcost completion: skipcost completion fish | source
complete -c skipcost -a '(set -l w (commandline -opc); $w --generate-bash-completion 2>/dev/null)'
`,
	}
}

func (s *streams) completionCommand() *cli.Command {
	return &cli.Command{
		Name:        "completion",
		Usage:       "print a completion script for bash, zsh or fish",
		UsageText:   "skipcost completion SHELL",
		Description: "Example:\n  source <(skipcost completion bash)",
		Action: func(c *cli.Context) error {
			scripts := completionScripts()
			var shells []string
			for name := range scripts {
				shells = append(shells, name)
			}
			sort.Strings(shells)
			if c.NArg() != 1 {
				return usagef("", "completion takes one shell: %s", strings.Join(shells, ", "))
			}
			script, ok := scripts[c.Args().First()]
			if !ok {
				hint := choose.Hint(c.Args().First(), shells, choose.List("shells are", shells))
				return usagef(hint, "unknown shell %q", c.Args().First())
			}
			_, err := io.WriteString(s.out, script)
			return err
		},
	}
}

// completeNetworks offers the flags of a command after a dash and the shipped networks elsewhere.
func completeNetworks(c *cli.Context) {
	cli.DefaultCompleteWithFlags(c.Command)(c)
	names, err := zoo.Names()
	if err != nil {
		return
	}
	for _, name := range names {
		fmt.Fprintln(c.App.Writer, name)
	}
}
