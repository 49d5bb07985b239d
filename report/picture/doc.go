// Package picture is a scene of lines, arcs, marks and text, and its renderers: SVG for pages and papers, PNG, and braille for
// terminals. A scene knows nothing of networks; what it shows is laid out by those who make it.
//
// Every mark has a role instead of a colour, and each renderer knows how a role looks: in SVG as a style that follows the reader's
// light or dark theme. Roles differ in their dashes as well, so that a picture can be read in black and white.
package picture
