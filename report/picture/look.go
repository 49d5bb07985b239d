package picture

import "image/color"

// look is how a role is drawn.
type look struct {
	name        string // of its class
	light, dark color.RGBA
	dash        []float64 // on and off
}

// looks are those of all roles. The colours of links and curves can be distinguished with any colour vision (Okabe and Ito
// 2008, jfly.uni-koeln.de/color), and their dashes without colour.
var looks = [...]look{
	Trunk:   {name: "trunk", light: rgb(0x1f2430), dark: rgb(0xe6e9ef)},
	Add:     {name: "add", light: rgb(0x0072b2), dark: rgb(0x56b4e9)},
	Concat:  {name: "concat", light: rgb(0xc4500a), dark: rgb(0xf0a050)},
	Faint:   {name: "faint", light: rgb(0x8a8f99), dark: rgb(0x7d828c), dash: []float64{2, 3}},
	Beside:  {name: "beside", light: rgb(0x5d636f), dark: rgb(0xa4aab5)},
	Axis:    {name: "axis", light: rgb(0xc3c7cf), dark: rgb(0x484d57)},
	Area:    {name: "area", light: rgb(0xf1f3f6), dark: rgb(0x23272f)},
	Label:   {name: "label", light: rgb(0x1f2430), dark: rgb(0xe6e9ef)},
	Quiet:   {name: "quiet", light: rgb(0x5d636f), dark: rgb(0xa4aab5)},
	Series1: {name: "s1", light: rgb(0x0072b2), dark: rgb(0x56b4e9)},
	Series2: {name: "s2", light: rgb(0xc4500a), dark: rgb(0xf0a050), dash: []float64{9, 4}},
	Series3: {name: "s3", light: rgb(0x00805f), dark: rgb(0x2fc79b), dash: []float64{2, 3}},
	Series4: {name: "s4", light: rgb(0xa8487f), dark: rgb(0xdc8fbb), dash: []float64{9, 3, 2, 3}},
	Series5: {name: "s5", light: rgb(0x7a6a00), dark: rgb(0xe0cf3c), dash: []float64{5, 5}},
	Series6: {name: "s6", light: rgb(0x4b4f58), dark: rgb(0xc0c4cc), dash: []float64{1, 2}},
	Budget:  {name: "budget", light: rgb(0x9b1c1c), dark: rgb(0xff8f8f), dash: []float64{6, 4}},
	Part1:   {name: "p1", light: rgb(0x16324f), dark: rgb(0xf3e9a0)},
	Part2:   {name: "p2", light: rgb(0x0072b2), dark: rgb(0xe8a33c)},
	Part3:   {name: "p3", light: rgb(0xbb6892), dark: rgb(0xc97aa6)},
	Part4:   {name: "p4", light: rgb(0xe8a33c), dark: rgb(0x2680b4)},
	Part5:   {name: "p5", light: rgb(0xf3e9a0), dark: rgb(0x46607d)},
	Paper:   {name: "rim", light: rgb(0xffffff), dark: rgb(0x16191e)},
}

// Light is the colour of a role in the light theme.
func (r Role) Light() color.RGBA { return looks[r].light }

// Dash is how lines of a role are broken, in turn on and off; nil for not at all.
func (r Role) Dash() []float64 { return looks[r].dash }

func rgb(n uint32) color.RGBA {
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}
