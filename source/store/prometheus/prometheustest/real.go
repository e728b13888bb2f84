package prometheustest

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// WriteOpenMetrics writes the server's series in the format from which promtool makes
// blocks.
func (s *Server) WriteOpenMetrics(w io.Writer) error {
	s.mu.Lock()
	all := slices.Clone(s.series)
	s.mu.Unlock()
	slices.SortStableFunc(all, func(a, b Series) int { return cmp.Compare(a.Labels.Value("__name__"), b.Labels.Value("__name__")) })
	out := bufio.NewWriter(w)
	last := ""
	for _, x := range all {
		name := x.Labels.Value("__name__")
		if name != last {
			fmt.Fprintf(out, "# TYPE %s unknown\n", name)
			last = name
		}
		for _, v := range x.Points {
			fmt.Fprintf(out, "%s%s %s %d\n", name, formatLabels(x.Labels), strconv.FormatFloat(v.V, 'f', -1, 64), v.Time.Unix())
		}
	}
	fmt.Fprintln(out, "# EOF")
	return out.Flush()
}

func formatLabels(l store.Labels) string {
	var parts []string
	for _, x := range l {
		if x.Name != "__name__" {
			parts = append(parts, x.Name+"="+strconv.Quote(x.Value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// startTimeout is generous: the machine may be busy.
const startTimeout = 3 * time.Minute

// Real is a running Prometheus.
type Real struct {
	URL string
	cmd *exec.Cmd
}

// StartReal starts the prometheus that is installed on this machine, with the server's
// series as its past and dir as its folder. It scrapes the addresses of jobs once a second.
// The caller must stop it.
func (s *Server) StartReal(ctx context.Context, dir string, jobs map[string]string, log io.Writer) (*Real, error) {
	past := filepath.Join(dir, "past.txt")
	f, err := os.Create(past)
	if err != nil {
		return nil, err
	}
	if err := s.WriteOpenMetrics(f); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	promtool := exec.CommandContext(ctx, "promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1000h", past, data)
	promtool.Stderr = log
	if err := promtool.Run(); err != nil {
		return nil, fmt.Errorf("make blocks of the past: %w", err)
	}
	config := "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
	for name, address := range jobs {
		config += fmt.Sprintf("- {job_name: %q, static_configs: [{targets: [%q]}]}\n", name, address)
	}
	file := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	r := &Real{URL: "http://" + address}
	r.cmd = exec.Command("prometheus", "--config.file="+file, "--storage.tsdb.path="+data, "--storage.tsdb.retention.time=30d",
		"--web.listen-address="+address)
	r.cmd.Stdout, r.cmd.Stderr = log, log
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start prometheus: %w", err)
	}
	for began := time.Now(); time.Since(began) < startTimeout; {
		resp, err := http.Get(r.URL + "/-/ready")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return r, nil
			}
		}
		select {
		case <-ctx.Done():
			r.Stop()
			return nil, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
	r.Stop()
	return nil, fmt.Errorf("prometheus at %s is not ready after %v", r.URL, startTimeout)
}

// Stop ends the server.
func (r *Real) Stop() {
	_ = r.cmd.Process.Kill() // its files are temporary
	_ = r.cmd.Wait()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
