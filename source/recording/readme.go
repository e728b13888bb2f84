package recording

const (
	readmeName = "README.txt"
	metaName   = "meta.json"
)

// readme is the recording's first entry, for someone who unpacks it.
const readme = `A leaktop recording: everything that one watch of a Go service received, in time order.

  leaktop FILE.tar                    replays it as if it were live
  leaktop check FILE.tar              judges it
  tar xf FILE.tar                     unpacks it; leaktop opens the folder too
  go tool pprof heap/000123-*.pb.gz   opens one profile; the time in a name is UTC
  cat memory/*.jsonl                  memory figures, a JSON line each; so are events/, facts/ and status/
  cat history/*.jsonl                 what a metrics store (--prometheus) had of the days before
`
