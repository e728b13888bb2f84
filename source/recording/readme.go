package recording

const (
	readmeName = "README.txt"
	metaName   = "meta.json"
)

// readme is the first entry of a recording.
const readme = `A recording of leaktop: everything one watch of a Go service learnt, in time order.

  leaktop FILE.tar                    replays it as if it were live
  leaktop check FILE.tar              judges it
  tar xf FILE.tar                     unpacks it; leaktop opens the folder too
  go tool pprof heap/000123-*.pb.gz   opens one profile; the time in a name is UTC
  cat memory/*.jsonl                  memory figures, a JSON line each; so are events/, facts/ and status/
`
