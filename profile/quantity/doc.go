// Package quantity writes sizes, numbers, shares, rates and times: in the same way in
// verdicts, diagnostics, reports and on the screen.
package quantity
