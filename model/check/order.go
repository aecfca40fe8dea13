package check

import "cmp"

// Order sorts rows; every order ends with the slug, so that no row jumps.
type Order string

// The orders a person may choose.
const (
	ByFindings Order = "findings" // worst first
	ByName     Order = "name"
	ByPushed   Order = "last-push" // latest first
)

// Orders lists them, the default first.
var Orders = []Order{ByFindings, ByName, ByPushed}

// Title is the order in words.
func (o Order) Title() string {
	switch o {
	case ByName:
		return "by name"
	case ByPushed:
		return "latest push first"
	default:
		return "worst first"
	}
}

// Compare orders two rows, for slices.SortFunc.
func (o Order) Compare(a, b *Row) int {
	c := 0
	switch o {
	case ByPushed:
		c = cmp.Compare(b.Pushed, a.Pushed)
	case ByFindings:
		c = cmp.Or(cmp.Compare(b.Findings.High, a.Findings.High), cmp.Compare(b.Findings.Medium, a.Findings.Medium),
			cmp.Compare(b.Findings.Low, a.Findings.Low), cmp.Compare(b.Findings.NotAssessed, a.Findings.NotAssessed))
	case ByName:
	}
	return cmp.Or(c, cmp.Compare(a.Slug, b.Slug))
}
