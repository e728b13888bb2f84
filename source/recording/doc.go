// Package recording writes everything that a watch receives to one file, and
// reads it back. The file is a tar of standard files in order of arrival:
//
//	README.txt                                  how to open it
//	meta.json                                   target, version, schema
//	heap/000123-20261124T105424.123Z.pb.gz      a profile as the target sent it
//	goroutine/000124-20261124T105424.180Z.pb.gz
//	memory/000125-20261124T105424.212Z.jsonl    a memory.Reading
//	events/…, facts/…, status/…                 the other messages, a line each
//
// Each entry is written in one piece, so however the writer dies, all entries
// but the last can be read. The reader accepts such a file, its unpacked folder,
// and files and folders of profiles of any origin. It trusts none of them.
package recording
