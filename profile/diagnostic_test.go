package profile

import (
	"encoding/json"
	"testing"
)

func TestDiagnosticText(t *testing.T) {
	for _, tt := range []struct {
		give Diagnostic
		want string
	}{
		{Diagnostic{What: "no heap profile could be read"}, "no heap profile could be read"},
		{Diagnostic{What: "several processes answer in turn", Next: "watch one"}, "several processes answer in turn; watch one"},
	} {
		if got := tt.give.String(); got != tt.want {
			t.Errorf("String() = %q, want %q", got, tt.want)
		}
	}
}

func TestDiagnosticJSON(t *testing.T) {
	got, err := json.Marshal(Diagnostic{Code: CodeProfilingOff, Severity: SeverityBlocking, Kind: Heap, What: "w"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"code":"heap-profiling-off","severity":"blocking","kind":"heap","what":"w"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAddDiagnostic(t *testing.T) {
	a, b, c := Diagnostic{What: "a"}, Diagnostic{What: "b"}, Diagnostic{What: "c"}
	published := AddDiagnostic(nil, a, 2)
	one := AddDiagnostic(published, b, 2)
	other := AddDiagnostic(published, c, 2)
	if one[1] != b || other[1] != c {
		t.Errorf("the two lists share memory: %v, %v", one, other)
	}
	if got := AddDiagnostic(one, b, 5); len(got) != 2 {
		t.Errorf("the list has a diagnostic twice: %v", got)
	}
	if got := AddDiagnostic(one, c, 2); len(got) != 2 {
		t.Errorf("got %d diagnostics, want at most 2", len(got))
	}
}
