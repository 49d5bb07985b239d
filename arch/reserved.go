package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// ReservedNames mean something in every expression, so that no symbol, parameter or named tensor may have them.
func ReservedNames() []string {
	return append([]string{IncomingWidth, RepeatIndex, LinkCount, "true", "false"}, symbolic.FunctionNames()...)
}
