package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/leaktop/leaktop/source/demo"
)

// child is a service in a child process.
type child struct {
	url  string
	stop func()
}

func startDemo(ctx context.Context, name string) (*child, error) {
	c, err := demo.Start(ctx, "", []string{name})
	if err != nil {
		return nil, err
	}
	return &child{c.URL, func() { _ = c.Stop() }}, nil
}

func startService(ctx context.Context, name string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	cmd := exec.CommandContext(ctx, self, "serve", name)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	stop := func() {
		_ = in.Close() // ends it
		_ = cmd.Wait()
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &child{strings.TrimSpace(url), stop}, nil
}
