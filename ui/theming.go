package ui

import "github.com/leaktop/leaktop/ui/theme"

// Pages keep a copy of the theme in their tables and charts; these give them a
// new one, once the terminal has told its background.

func (l *list) setTheme(t theme.Theme) { l.table.SetTheme(t) }

func (p *functionPage) setTheme(t theme.Theme) {
	for _, l := range p.parts {
		l.setTheme(t)
	}
}

func (p *memoryPane) setTheme(theme.Theme) { p.draw() }

func (p *evidencePage) setTheme(t theme.Theme) {
	p.chart.SetTheme(t)
	p.draw()
}
