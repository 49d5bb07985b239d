package cost

// row is the row of the quantity. The functions in a row may compute other quantities, but must not ask for their rows.
func (q Quantity) row() *row { return &quantityRows[q] }

// quantityRows is filled in here and never changed.
var quantityRows = rowsOf(weightRows(), workRows(), memoryRows(), trainingRows(), carriedRows())

// rowsOf puts the groups of rows together.
func rowsOf(groups ...map[Quantity]row) (all [quantityCount]row) {
	for _, group := range groups {
		for q, r := range group {
			all[q] = r
		}
	}
	return all
}
