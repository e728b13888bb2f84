// Service listens as its arguments say, prints one line, and serves until its standard
// input ends.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
)

func main() {
	network := flag.String("network", "tcp", "of what it listens on")
	address := flag.String("address", "127.0.0.1:0", "to listen on")
	profiled := flag.Bool("pprof", false, "serve pprof")
	flag.Parse()
	l, err := net.Listen(*network, *address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	if *profiled {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
	}
	go func() { _ = http.Serve(l, mux) }()
	fmt.Println(l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}
