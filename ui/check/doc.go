// Package check watches a target without a screen and prints a verdict: leak,
// steady or undecided, as text, JSON, Markdown or JUnit, with an exit code for scripts. It
// is the command "leaktop check".
//
// A live target is watched for a time, optionally while a load command runs; a
// recording is judged as a whole, by the times of its profiles. [Run] does it all;
// package report writes the result.
package check
