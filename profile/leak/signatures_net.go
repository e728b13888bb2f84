package leak

// netSignatures are goroutines of net/http, database/sql and of connections.
var netSignatures = []Signature{
	{
		ID: "unclosed-response-body", Title: "HTTP response body not closed", Kind: Goroutine,
		Stacks: []pattern{{"runtime.selectgo", "net/http.(*persistConn).readLoop"}}, When: writeLoopToo,
		Says: "HTTP response bodies not closed by %s", Alone: "HTTP response bodies are not closed",
		Cause:   "Each response whose body is not closed keeps its connection and two goroutines.",
		Fix:     "Close the body on every way out, after reading it to the end.",
		Example: "resp, err := client.Do(req)\nif err != nil {\n\treturn err\n}\ndefer resp.Body.Close()", Confidence: High,
	},
	{
		ID: "transport-per-call", Title: "An http.Transport for each call", Kind: Goroutine,
		Stacks: []pattern{{"runtime.netpollblock", "...", "net/http.(*persistConn).readLoop"}}, When: writeLoopToo,
		Says: "%s makes an http.Transport for each call", Alone: "an http.Transport is made for each call",
		Cause:   "Each Transport keeps its own idle connections, which nobody uses again.",
		Fix:     "Share one http.Client.",
		Example: "var client = &http.Client{Timeout: 10 * time.Second} // once, not in the function", Confidence: High,
	},
	{
		ID: "slow-request-headers", Title: "Clients that send no request", Kind: Goroutine,
		Stacks: []pattern{{"runtime.netpollblock", "...", "net/http.(*conn).readRequest", "..."}}, When: noClientGrows,
		Says: "clients open connections and do not send a whole request (%s)", Alone: "clients open connections and do not send a whole request",
		Cause:   "The server waits for the head of a request for as long as its client takes: no ReadHeaderTimeout or ReadTimeout is set, or a long one.",
		Fix:     "Set ReadHeaderTimeout, or ReadTimeout, on the http.Server.",
		Example: "srv := &http.Server{\n\tHandler:           h,\n\tReadHeaderTimeout: 5 * time.Second,\n}", Confidence: High,
	},
	{
		ID: "idle-connections", Title: "Clients keep idle connections", Kind: Goroutine,
		Stacks: []pattern{{"runtime.netpollblock", "...", "net/http.(*conn).serve"}}, When: noClientGrows,
		Says: "clients keep idle connections to the server (%s)", Alone: "clients keep idle connections to the server",
		Cause:   "The server keeps a connection as long as its client does: no IdleTimeout is set, or a long one.",
		Fix:     "Set IdleTimeout (and ReadHeaderTimeout) on the http.Server.",
		Example: "srv := &http.Server{\n\tHandler:           h,\n\tReadHeaderTimeout: 5 * time.Second,\n\tIdleTimeout:       60 * time.Second,\n}", Confidence: High,
	},
	{
		ID: "server-end", Title: "The server's end of a leaked connection", Kind: Goroutine,
		Stacks: []pattern{{"runtime.netpollblock", "...", "net/http.(*conn).serve"}},
		Says:   "the server's ends of connections that a client keeps (%s)", Alone: "the server's ends of connections that a client keeps",
		Cause:   "The service's own HTTP client keeps connections; these are their other ends.",
		Fix:     "See the client.",
		Example: "defer resp.Body.Close()", Confidence: Low,
	},
	{
		ID: "unclosed-rows", Title: "sql.Rows not closed", Kind: Goroutine,
		Stacks: []pattern{{"runtime.selectgo", "database/sql.(*Rows).awaitDone"}},
		Says:   "sql.Rows not closed by %s", Alone: "sql.Rows are not closed",
		Cause:   "Rows that are not read to the end and not closed keep their connection and a goroutine.",
		Fix:     "Close the rows on every way out.",
		Example: "rows, err := db.QueryContext(ctx, q)\nif err != nil {\n\treturn err\n}\ndefer rows.Close()", Confidence: High,
	},
	{
		ID: "read-without-deadline", Title: "Reading from a connection without a deadline", Kind: Goroutine, Library: true, When: readsItself,
		Stacks: []pattern{{"runtime.netpollblock", "...", "net.(*conn).Read", "..."}},
		Says:   "%s reads from connections that have gone quiet", Alone: "goroutines read from connections that have gone quiet",
		Cause:   "A peer that is gone without a word is waited for for ever.",
		Fix:     "Set a read deadline, or close the connection when ctx ends.",
		Example: "conn.SetReadDeadline(time.Now().Add(30 * time.Second))", Confidence: High,
	},
}
