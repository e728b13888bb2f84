package table

import (
	"regexp"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/ui/theme"
)

// big is a table of 30,000 rows in a terminal of 200x60.
func big() Model {
	m := New(theme.New(true, colorprofile.TrueColor), columns...)
	m.SetSize(200, 61)
	m.SetRows(many(30000))
	m.MoveTo(15000)
	return m
}

func BenchmarkView(b *testing.B) {
	m := big()
	b.Run("drawn", func(b *testing.B) {
		for b.Loop() {
			m.cached.Invalidate()
			m.View()
		}
	})
	b.Run("searched", func(b *testing.B) {
		m := m
		m.SetHighlight(func(s string) [][]int { return regexp.MustCompile("Func1").FindAllStringIndex(s, -1) })
		for b.Loop() {
			m.cached.Invalidate()
			m.View()
		}
	})
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			m.View()
		}
	})
}

func BenchmarkKey(b *testing.B) {
	m := big()
	for b.Loop() {
		m = press(m, "down")
		m.View()
	}
}

func BenchmarkReverse(b *testing.B) {
	m := big()
	m.SetSort("flat", true)
	for b.Loop() {
		m.reverseSort()
		m.View()
	}
}

func BenchmarkSetRows(b *testing.B) {
	rows := many(30000)
	m := big()
	for _, id := range []string{"", "flat"} {
		b.Run("sorted by "+id, func(b *testing.B) {
			m.SetSort(id, true)
			for b.Loop() {
				m.SetRows(rows)
				m.View()
			}
		})
	}
}
