// Package page makes pages of one file that open without a network: text, tables and pictures, with a script that sorts and filters
// the tables. The page about networks puts their reports and figures together.
package page
