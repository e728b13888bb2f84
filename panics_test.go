package main

import (
	"context"
	"fmt"
	"os"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui"
)

// panicking is a source that panics where it is told to: "watch", "fetch" or
// "offers". The last is called while the view takes a key.
type panicking struct{ where string }

func (p panicking) Name() string { return "panicking" }
func (p panicking) Close() error { return nil }

func (p panicking) at(where string) {
	if p.where == where {
		panic("provoked in " + where)
	}
}

func (p panicking) Watch(ctx context.Context, _ func(source.Message)) error {
	p.at("watch")
	<-ctx.Done()
	return nil
}

func (p panicking) Fetch(context.Context, source.Query) (profile.Capture, error) {
	p.at("fetch")
	return profile.Capture{}, nil
}

func (p panicking) Offers() []profile.Kind {
	p.at("offers")
	return nil
}

// panics shows a view that panics, for the tests alone.
func panics(where string) int {
	if err := ui.Run(context.Background(), panicking{where}, ui.Recording{}, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "leaktop:", err)
		return 2
	}
	return 0
}
