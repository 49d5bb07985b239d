// Skipcost says what a neural network with skip connections costs, exactly and symbolically, from a description alone.
package main

import (
	"os"

	"github.com/skipcost/skipcost/internal/command"
)

func main() { os.Exit(command.Main()) }
