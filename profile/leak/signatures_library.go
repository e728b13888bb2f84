package leak

// genericShadow is the signature of goroutines started by a library that no other
// entry matches.
const genericShadow = "library-not-closed"

// librarySignatures are causes in widely used libraries. Their goroutines wait
// inside the library; the defect is that the service never closes what it created.
var librarySignatures = []Signature{
	{
		ID: "waits-for-db-connection", Title: "Waiting for a database connection", Kind: Goroutine, Library: true,
		Stacks: []pattern{{"runtime.selectgo", "database/sql.(*DB).conn"}, {"...", "github.com/jackc/puddle/v2.(*Pool*", "..."}},
		Says:   "%s waits for a database connection: the pool is exhausted", Alone: "goroutines wait for a database connection: the pool is exhausted",
		Cause:   "All connections of the pool are in use by others, and never come back: rows, statements or a Conn that are not closed, or a transaction without Commit or Rollback. Those that wait are victims, not the cause.",
		Fix:     "Release every connection: each Query needs rows.Close, each QueryRow a Scan, each Begin a deferred Rollback, each Conn a Close (pgxpool: a Release). Give waiting calls a context with a deadline.",
		Example: "tx, err := db.BeginTx(ctx, nil)\nif err != nil {\n\treturn err\n}\ndefer tx.Rollback() // does nothing after Commit", Confidence: High,
	},
	{
		ID: "waits-for-call-in-flight", Title: "Waiting for a call in flight (singleflight)", Kind: Goroutine, Library: true,
		Stacks: []pattern{{"...", "sync.(*WaitGroup).Wait", "golang.org/x/sync/singleflight.(*Group).Do*"}, {"...", "sync.(*WaitGroup).Wait", "internal/singleflight.(*Group).Do*"}},
		Says:   "%s waits for one call in flight that hangs", Alone: "goroutines wait for one call in flight that hangs",
		Cause:   "singleflight lets all callers of a key wait for the one call that is in flight, and that one hangs. Those that wait are victims, not the cause.",
		Fix:     "Give the call in flight a deadline; wait with DoChan and select on ctx.Done() as well.",
		Example: "done := group.DoChan(key, func() (any, error) {\n\tctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)\n\tdefer cancel()\n\treturn load(ctx, key)\n})\nselect {\ncase r := <-done:\n\treturn r.Val, r.Err\ncase <-ctx.Done():\n\treturn nil, ctx.Err()\n}", Confidence: High,
	},
	{
		ID: "waits-for-semaphore", Title: "Waiting for a semaphore", Kind: Goroutine, Library: true,
		Stacks: []pattern{{"runtime.selectgo", "golang.org/x/sync/semaphore.(*Weighted).Acquire"}},
		Says:   "%s waits for a semaphore that others hold", Alone: "goroutines wait for a semaphore that others hold",
		Cause:   "The semaphore is exhausted: those that hold it hang, or never release it. Those that wait are victims, not the cause.",
		Fix:     "Release with defer right after Acquire; give the work under it a deadline.",
		Example: "if err := sem.Acquire(ctx, 1); err != nil {\n\treturn err\n}\ndefer sem.Release(1)", Confidence: High,
	},
	{
		ID: "sql-db-per-call", Title: "A sql.DB for each call", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "database/sql.(*DB).connectionOpener"}},
		Says:   "%s opens a sql.DB for each call and never closes it", Alone: "a sql.DB is opened for each call and never closed",
		Cause:   "Each sql.DB is a pool with goroutines and connections of its own.",
		Fix:     "Open one sql.DB at the start and share it, or close each after use.",
		Example: "db, err := sql.Open(driver, dsn) // once, not in the function", Confidence: High,
	},
	{
		ID: "grpc-stream-not-ended", Title: "A gRPC stream that is never ended", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "google.golang.org/grpc.newClientStreamWithParams.func*"}, {"...", "google.golang.org/grpc.newClientStream*"}},
		Says:   "%s opens gRPC streams that are never ended", Alone: "gRPC streams are never ended",
		Cause:   "A stream lasts until it is read to its end or its context is cancelled; each keeps goroutines.",
		Fix:     "Cancel the context of the stream when done, or call Recv until it returns an error (io.EOF at the end).",
		Example: "ctx, cancel := context.WithCancel(ctx)\ndefer cancel()\nstream, err := client.Watch(ctx, req)", Confidence: High,
	},
	{
		ID: "grpc-server-connections", Title: "Connections to a gRPC server that stay", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "google.golang.org/grpc.(*Server).serveStreams", "..."}, {"...", "google.golang.org/grpc/internal/transport.NewServerTransport*", "..."}, {"...", "google.golang.org/grpc/internal/transport.(*http2Server).*", "..."}},
		Says:   "clients keep connections to the gRPC server (%s)", Alone: "clients keep connections to the gRPC server",
		Cause:   "Clients open connections and do not close them, so the server keeps them.",
		Fix:     "Share one ClientConn in each client; set MaxConnectionIdle and MaxConnectionAge on the server: by default there is no limit.",
		Example: "grpc.NewServer(grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 5 * time.Minute}))", Confidence: High,
	},
	{
		ID: "grpc-conn-not-closed", Title: "A gRPC ClientConn for each call", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{
			{"...", "google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run", "..."},
			{"...", "google.golang.org/grpc/internal/transport.*"},
			{"...", "google.golang.org/grpc.*"},
			{"...", "google.golang.org/grpc/*"},
		},
		Says: "%s makes gRPC client connections that are never closed", Alone: "gRPC client connections (ClientConn) are never closed",
		Cause:   "Each grpc.ClientConn keeps connections and goroutines of its own until its Close.",
		Fix:     "Make one ClientConn and share it: it is safe for concurrent use. Or close each after use.",
		Example: "conn, err := grpc.NewClient(addr, opts...) // once, not for each call\nif err != nil {\n\treturn err\n}\ndefer conn.Close()", Confidence: High,
	},
	{
		ID: "informer-not-stopped", Title: "A client-go informer or reflector that is never stopped", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "k8s.io/client-go/tools/cache.*"}, {"...", "k8s.io/client-go/informers*"}, {"...", "k8s.io/apimachinery/pkg/watch.*"}, {"...", "k8s.io/client-go/tools/watch.*"}},
		Says:   "%s starts informers, reflectors or watches that are never stopped", Alone: "informers, reflectors or watches of client-go are never stopped",
		Cause:   "An informer or reflector runs, with its watch and its cache, until its stop channel is closed or its context cancelled.",
		Fix:     "Make informers once, at the start, from a shared factory. Otherwise close the stop channel (or cancel the context), and call Stop on each watch.",
		Example: "stop := make(chan struct{})\ndefer close(stop)\nfactory.Start(stop)", Confidence: High,
	},
	{
		ID: "span-processor-not-stopped", Title: "An OpenTelemetry provider for each call", Kind: Goroutine, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "go.opentelemetry.io/otel/*"}, {"...", "go.opentelemetry.io/*"}, {"...", "go.opencensus.io/*"}},
		Says:   "%s makes telemetry providers that are never shut down", Alone: "telemetry providers are never shut down",
		Cause:   "Each provider, batch processor or reader runs a goroutine until its Shutdown.",
		Fix:     "Make one provider at the start and share it; call its Shutdown at the end.",
		Example: "provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter)) // once, in main\ndefer provider.Shutdown(context.Background())", Confidence: High,
	},
	{
		ID: "http2-body-not-closed", Title: "HTTP/2 response body not closed", Kind: Goroutine, Library: true, When: streamsWithoutCall,
		Stacks: []pattern{{"...", "net/http.(*http2clientStream).*"}, {"...", "golang.org/x/net/http2.(*clientStream).*"}, {"...", "net/http/internal/http2.(*clientStream).*"}},
		Says:   "HTTP/2 response bodies not closed by %s", Alone: "HTTP/2 response bodies are not closed",
		Cause:   "Each response whose body is not closed keeps its stream and a goroutine.",
		Fix:     "Close the body on every return path; it need not be read to the end.",
		Example: "resp, err := client.Do(req)\nif err != nil {\n\treturn err\n}\ndefer resp.Body.Close()", Confidence: High,
	},
	{
		ID: "goroutines-in-c", Title: "Goroutines inside C", Kind: Goroutine, Library: true,
		Stacks: []pattern{{"runtime.cgocall", "..."}},
		Says:   "%s calls C functions that do not return", Alone: "goroutines call C functions that do not return",
		Cause:   "A goroutine inside C keeps an operating system thread until the call returns.",
		Fix:     "Give the C call a timeout, or limit how many run at once.",
		Example: "limit := make(chan struct{}, 4)\nlimit <- struct{}{}\ndefer func() { <-limit }()", Confidence: High,
	},
}

// fallbackSignatures apply to other goroutines that wait in libraries.
var fallbackSignatures = []Signature{
	{
		ID: genericShadow, Title: "What a library starts is never stopped", Kind: Goroutine, Library: true, When: noUserFrame,
		Says: "what %s creates through {library} is never ended", Alone: "goroutines of {library} are never ended: what starts them is created again and again",
		Cause:   "A client, connection, stream, subscription or watcher of {library} is created repeatedly, or one for each name while new names keep coming, and the goroutines of each stay: it is never closed, or its Close does not end them.",
		Fix:     "Make one and share it, and use a fixed set of names. Otherwise call what ends it (Close, Cancel, Shutdown, Stop or Unsubscribe) on every return path; if every path calls it already, only sharing helps.",
		Example: "client := newClient()\ndefer client.Close()", Confidence: High,
	},
	{
		ID: "waits-in-library", Title: "Waiting inside a library", Kind: Goroutine, Library: true, When: waitsInLibrary,
		Says: "%s waits inside {library}", Alone: "goroutines wait inside {library}",
		Cause:   "What was called waits for something that does not come: an answer, data from a source that is never closed, or a member of a bounded pool (a connection, a stream, a worker) that others hold, or did not give back on a return path. Those that wait may be the victims.",
		Fix:     "Check that every return path gives back what it took (Close, Put, Release, reading to the end), and give the call a deadline. A full goroutine dump shows a call that hangs while it holds one.",
		Example: "ctx, cancel := context.WithTimeout(ctx, 5*time.Second)\ndefer cancel()", Confidence: High,
	},
}

// libraryHeapSignatures are for memory that libraries retain for the user's code.
var libraryHeapSignatures = []Signature{
	{
		ID: "server-connections-stay", Title: "Memory of open connections to the HTTP server", Kind: Heap, Library: true, When: noUserCode,
		Stacks: []pattern{{"...", "net/http.(*conn).serve"}},
		Says:   "open connections to the HTTP server keep their memory (%s)", Alone: "open connections to the HTTP server keep their memory",
		Cause:   "Each open connection keeps its buffers and its request: requests come faster than they end, handlers hang, or clients keep idle connections.",
		Fix:     "Find in the goroutines where handlers wait, and give that a deadline. Set IdleTimeout and ReadHeaderTimeout on the http.Server.",
		Example: "srv := &http.Server{\n\tHandler:           h,\n\tReadHeaderTimeout: 5 * time.Second,\n\tIdleTimeout:       60 * time.Second,\n}", Confidence: High,
	},
	{
		ID: "finalizer-blocked", Title: "A finalizer that blocks all others", Kind: Heap, Library: true, When: blockedFinalizer,
		Says: "what %s makes waits for finalizers, and one of them is blocked", Alone: "objects wait for finalizers, and one of them is blocked",
		Cause:   "One goroutine runs all finalizers (before Go 1.25, all cleanups too). One of them blocks, and every other object with a finalizer waits behind it.",
		Fix:     "Never block in a finalizer: start a goroutine there, or close explicitly.",
		Example: "runtime.SetFinalizer(f, func(f *File) { go f.Close() })", Confidence: High,
	},
	{
		ID: "mock-records-calls", Title: "A testify mock that records every call", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "github.com/stretchr/testify/mock.(*Mock).*"}},
		Says:   "%s is a mock, which records every call", Alone: "a testify mock records every call",
		Cause:   "A testify mock keeps each call with its arguments in Calls, for the assertions of a test, and never drops them.",
		Fix:     "Where calls do not end, such as in a service or a load test, replace the mock with a fake that records nothing.",
		Example: "price := func(sku string) int { return 3 } // not: m.Called(sku).Int(0)", Confidence: High,
	},
	{
		ID: "attribute-cardinality", Title: "OpenTelemetry metrics with too many attribute values", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "go.opentelemetry.io/otel/sdk/metric/internal/aggregate.*"}},
		Says:   "%s records a metric for each new attribute value", Alone: "a metric is recorded for each new attribute value",
		Cause:   "Each combination of attribute values is kept for the life of the provider: an attribute holds IDs, addresses, paths or users.",
		Fix:     "Use only attributes with few values (a route instead of a path), or drop them with a View. Limit them with WithCardinalityLimit, which is 2,000 by default from version 1.44 of the SDK on, and before that unlimited.",
		Example: "requests.Add(ctx, 1, metric.WithAttributes(attribute.String(\"route\", route))) // not the user", Confidence: High,
	},
	{
		ID: "label-cardinality", Title: "Metrics with too many label values", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "github.com/prometheus/client_golang/prometheus.(*metricMap).getOrCreate*"}, {"...", "github.com/prometheus/client_golang/prometheus.(*MetricVec).*"}},
		Says:   "%s makes a metric for each new label value", Alone: "a metric is made for each new label value",
		Cause:   "Each combination of label values is a time series that is kept forever: a label holds IDs, addresses, paths or users.",
		Fix:     "Use only labels with few values (a route instead of a path); delete series that have ended, with DeleteLabelValues.",
		Example: "requests.WithLabelValues(route, method).Inc() // not the path: it has an ID in it", Confidence: High,
	},
	{
		ID: "spans-never-ended", Title: "Spans that are never ended", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "go.opentelemetry.io/otel/sdk/trace.(*tracer).*"}},
		Says:   "%s starts spans that are kept", Alone: "spans are kept",
		Cause:   "Spans are started and never ended, and something keeps their contexts; or ended ones are kept by an exporter or processor, such as those of tracetest. The batch processor drops what its queue cannot hold.",
		Fix:     "End each span on every return path: defer span.End() right after Start. Keep no context for longer than its request.",
		Example: "ctx, span := tracer.Start(ctx, \"work\")\ndefer span.End()", Confidence: High,
	},
	{
		ID: "old-versions-kept", Title: "An embedded database that keeps what is written", Kind: Heap, Library: true,
		Stacks: []pattern{
			{"...", "github.com/dgraph-io/badger/v4.(*Txn).modify", "..."},
			{"...", "github.com/dgraph-io/badger/v4.(*DB).writeToLSM", "..."},
			{"...", "github.com/dgraph-io/badger/v4/skl.*"},
			{"...", "github.com/dgraph-io/badger/v3.(*Txn).modify", "..."},
			{"...", "github.com/dgraph-io/badger/v3.(*DB).writeToLSM", "..."},
			{"...", "github.com/dgraph-io/badger/v3/skl.*"},
			{"...", "go.etcd.io/bbolt/internal/freelist.*"},
			{"...", "go.etcd.io/bbolt.(*freelist).*"},
		},
		Says: "%s writes to a database that keeps what is written in memory", Alone: "an embedded database keeps what is written in memory",
		Cause:   "An open transaction or iterator keeps all the old versions that it may still read, so nothing written after its start is freed. It is often begun in another function, which returns early without ending it: the writer is not at fault. A database that was opened a short time ago may also only be filling its first tables in memory.",
		Fix:     "Find each NewTransaction, Begin and NewIterator, and defer its Discard, Rollback or Close right after it. If all are ended, lower the size or number of the tables in memory.",
		Example: "txn := db.NewTransaction(false)\ndefer txn.Discard() // before any return", Confidence: High,
	},
	{
		ID: "statements-not-closed", Title: "Prepared statements that are kept", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "database/sql.(*DB).prepareDC", "..."}, {"...", "database/sql.(*DB).PrepareContext", "..."}, {"...", "database/sql.(*Tx).PrepareContext", "..."}},
		Says:   "%s prepares statements that are kept", Alone: "prepared statements are kept",
		Cause:   "Each prepared statement is kept, here and in the database, until it is closed. A library that keeps one for each text keeps more and more of them if the texts contain values.",
		Fix:     "Prepare once and reuse it, with the values as arguments (?, $1) and not in the text, or close it after use.",
		Example: "stmt, err := db.PrepareContext(ctx, query)\nif err != nil {\n\treturn err\n}\ndefer stmt.Close()", Confidence: High,
	},
	{
		ID: "after-func-not-stopped", Title: "A context.AfterFunc that is never stopped", Kind: Heap, Library: true,
		Stacks: []pattern{{"...", "context.AfterFunc", "..."}},
		Says:   "%s registers functions with context.AfterFunc and never stops them", Alone: "functions registered with context.AfterFunc are never stopped",
		Cause:   "A function, and all that it closes over, stays with its context until the context ends or stop is called.",
		Fix:     "Call the stop function that context.AfterFunc returns.",
		Example: "stop := context.AfterFunc(ctx, abort)\ndefer stop()", Confidence: High,
	},
	{
		ID: "timers-before-go-1.23", Title: "Timers and tickers that are never collected (before Go 1.23)", Kind: Heap, Library: true, When: goBefore123,
		Stacks: []pattern{{"...", "time.NewTicker", "..."}, {"...", "time.After", "..."}, {"...", "time.Tick", "..."}},
		Says:   "%s makes timers or tickers that are never stopped", Alone: "timers or tickers are never stopped",
		Cause:   "Before Go 1.23 a ticker is kept until its Stop, and the timer of time.After until it fires.",
		Fix:     "Stop each ticker; use a timer that is stopped instead of time.After in a loop. Or build with Go 1.23 or later, with at least go 1.23 in go.mod.",
		Example: "t := time.NewTicker(d)\ndefer t.Stop()", Confidence: High,
	},
	{
		ID: "timers-kept", Title: "Timers and tickers that are kept (Go 1.23 and later)", Kind: Heap, Library: true, When: keepsAll,
		Stacks: []pattern{{"time.newTimer", "time.NewTimer", "..."}, {"time.NewTimer", "..."}, {"time.newTimer", "time.NewTicker", "..."}, {"time.NewTicker", "..."}},
		Says:   "%s makes timers or tickers that are kept", Alone: "timers or tickers are kept",
		Cause:   "Something still waits for each or references it, such as a goroutine in a select. Or go.mod says go 1.22 or earlier: then, whatever Go builds it, a timer is kept until it fires, and a ticker until its Stop.",
		Fix:     "Stop each timer and ticker that is no longer needed, and end what waits for it. Say at least go 1.23 in go.mod.",
		Example: "t := time.NewTimer(d)\ndefer t.Stop()", Confidence: High,
	},
	{
		ID: "context-chained", Title: "Contexts chained in a loop", Kind: Heap, Library: true, When: keepsAll,
		Stacks: []pattern{{"context.WithValue", "..."}},
		Says:   "%s derives contexts that are all kept", Alone: "derived contexts are all kept",
		Cause:   "A context keeps its parent. If each is derived from the one before, they become a chain that grows longer and longer.",
		Fix:     "Derive from the same parent each time, and do not store contexts.",
		Example: "for _, job := range jobs {\n\tjobCtx := context.WithValue(ctx, key, job.ID) // not: ctx = …\n\trun(jobCtx, job)\n}", Confidence: High,
	},
}
