package report

import (
	"bytes"
	"encoding/csv"
	"io"
)

// CSV writes sheets as comma-separated values (RFC 4180 with plain line feeds). An unknown quantity is an empty cell;
// notes are left out. Several sheets are separated by empty lines, each under a line with its title, if it has one.
func CSV(w io.Writer, sheets []Sheet) error {
	sheets, err := prepared(sheets)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for k, s := range sheets {
		if k > 0 {
			out.WriteByte('\n')
		}
		if err := writeCSV(&out, s, len(sheets) > 1 && s.Title != ""); err != nil {
			return err
		}
	}
	_, err = out.WriteTo(w)
	return err
}

func writeCSV(w io.Writer, s Sheet, titled bool) error {
	var records [][]string
	if titled {
		records = append(records, []string{s.Title})
	}
	if s.headed() {
		records = append(records, s.heads())
	}
	for _, row := range s.Rows {
		record := make([]string, len(row))
		for k, cell := range row {
			if !isUnknown(cell) {
				record[k] = cell
			}
		}
		records = append(records, record)
	}
	return csv.NewWriter(w).WriteAll(records)
}
