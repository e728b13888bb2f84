package check

import "testing"

func TestOptionsValidate(t *testing.T) {
	ok := Options{For: DefaultFor, Format: "text"}
	tests := []struct {
		name   string
		change func(*Options)
		ok     bool
	}{
		{"the defaults", func(*Options) {}, true},
		{"a format that is not there", func(o *Options) { o.Format = "yaml" }, false},
		{"no time at all", func(o *Options) { o.For = 0 }, false},
		{"load on a recording", func(o *Options) { o.Load, o.Recording = "true", true }, false},
	}
	for _, tt := range tests {
		o := ok
		tt.change(&o)
		if err := o.Validate(); (err == nil) != tt.ok {
			t.Errorf("%s: %v, want ok %v", tt.name, err, tt.ok)
		}
	}
}
