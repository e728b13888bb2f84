// Package recording keeps a watch in one file, and reads it back. The file is a
// tar of standard files in the order in which they came:
//
//	README.txt                                  how to open it
//	meta.json                                   target, version, schema
//	heap/000123-20261124T105424.123Z.pb.gz      a profile as the target sent it
//	goroutine/000124-20261124T105424.180Z.pb.gz
//	memory/000125-20261124T105424.212Z.jsonl    a memory.Reading
//	events/…, facts/…, status/…                 what else was learnt, a line each
//
// Each entry is written at once, so that whatever ends the writer, all but the
// last entry can be read. The reader takes such a file, an unpacked one, and
// profiles of any origin in files and folders; none of it is trusted.
package recording
