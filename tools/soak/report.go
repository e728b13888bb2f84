package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

func (r row) mebibytes() float64 { return float64(r.rss) / (1 << 20) }

// writeTo writes to a file, or to standard output if it has no name.
func writeTo(file string, write func(io.Writer)) error {
	if file == "" {
		write(os.Stdout)
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	w := bufio.NewWriter(f)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

func writeTable(file string, rows []row) error {
	return writeTo(file, func(w io.Writer) {
		fmt.Fprintln(w, "seconds\tpolls\trestarts\trss_mb\tcpu_percent\tfds\tthreads\tterminal_bytes")
		for _, r := range rows {
			fmt.Fprintf(w, "%.0f\t%d\t%d\t%.1f\t%.2f\t%d\t%d\t%d\n", r.at.Seconds(), r.polls, r.restarts, r.mebibytes(), 100*r.cpu, r.fds, r.threads, r.written)
		}
	})
}

// checkGrowth compares the median memory in the first quarter after the warm-up with
// that in the last quarter.
func checkGrowth(rows []row, warmUp time.Duration, most float64) error {
	i, _ := slices.BinarySearchFunc(rows, warmUp, func(r row, at time.Duration) int { return cmp.Compare(r.at, at) })
	rows = rows[i:]
	if len(rows) < 4 {
		return errors.New("too short to compare memory: run it for longer")
	}
	quarter := len(rows) / 4
	before, after := medianMemory(rows[:quarter]), medianMemory(rows[len(rows)-quarter:])
	fmt.Fprintf(os.Stderr, "soak: %d polls, %d restarts; RSS %.1f MiB after the warm-up, %.1f MiB at the end\n", rows[len(rows)-1].polls, rows[len(rows)-1].restarts, before, after)
	if most > 0 && after-before > most {
		return fmt.Errorf("memory grew from %.1f to %.1f MiB after the warm-up, by more than %.1f", before, after, most)
	}
	return nil
}

func medianMemory(rows []row) float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, r.mebibytes())
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// panel is one chart of the picture.
type panel struct {
	title string
	value func(row) float64
}

// The size of the picture, in pixels.
const width, height, left, top = 900, 170, 60, 30

// writePicture draws the resources that leaktop used over time, one panel below
// another.
func writePicture(file string, rows []row) error {
	if file == "" || len(rows) < 2 {
		return nil
	}
	panels := []panel{
		{"RSS, MiB", row.mebibytes},
		{"CPU, % of a core", func(r row) float64 { return 100 * r.cpu }},
		{"open files", func(r row) float64 { return float64(r.fds) }},
		{"threads", func(r row) float64 { return float64(r.threads) }},
	}
	return writeTo(file, func(w io.Writer) {
		fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height*len(panels))
		fmt.Fprintln(w, `<rect width="100%" height="100%" fill="white"/>`)
		for i, p := range panels {
			p.draw(w, rows, i*height)
		}
		fmt.Fprintln(w, "</svg>")
	})
}

func (p panel) draw(w io.Writer, rows []row, y int) {
	most := 0.0
	for _, r := range rows {
		most = max(most, p.value(r))
	}
	most = max(most*1.1, 1)
	last := rows[len(rows)-1]
	bottom := float64(y + height - 20)
	var points strings.Builder
	for _, r := range rows {
		x := left + float64(width-left-20)*r.at.Seconds()/last.at.Seconds()
		fmt.Fprintf(&points, "%.1f,%.1f ", x, bottom-(bottom-float64(y+top))*p.value(r)/most)
	}
	fmt.Fprintf(w, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", left, y+20, p.title)
	fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="end">%.0f</text><text x="%d" y="%.0f" text-anchor="end">0</text>`+"\n", left-6, y+top+8, most, left-6, bottom)
	fmt.Fprintf(w, `<text x="%d" y="%.0f" text-anchor="end">%v, %d polls</text>`+"\n", width-20, bottom+15, last.at.Round(time.Second), last.polls)
	fmt.Fprintf(w, `<path d="M%d %d V%.0f H%d" fill="none" stroke="#bbb"/>`+"\n", left, y+top, bottom, width-20)
	fmt.Fprintf(w, `<polyline points="%s" fill="none" stroke="#3465a4" stroke-width="1.5"/>`+"\n", strings.TrimSpace(points.String()))
}
