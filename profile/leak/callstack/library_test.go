package callstack

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func TestModuleOf(t *testing.T) {
	for file, want := range map[string]string{
		"/root/go/pkg/mod/k8s.io/client-go@v0.37.2/tools/cache/reflector.go":    "k8s.io/client-go",
		"google.golang.org/grpc@v1.80.0/clientconn.go":                          "google.golang.org/grpc",
		"/root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.0/decode.go":        "github.com/BurntSushi/toml",
		"/src/vendor/google.golang.org/grpc/internal/transport/http2_client.go": "google.golang.org/grpc",
	} {
		if got := ModuleOf(&profile.Function{Name: "google.golang.org/grpc/internal/transport.(*http2Client).reader", File: file}); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

// TestLibraryOfGoroutines checks that goroutines belong to the library whose function they run, not to the codec that
// it uses, nor to a library that only runs functions of others.
func TestLibraryOfGoroutines(t *testing.T) {
	read := &profile.Function{Name: "github.com/go-asn1-ber/asn1-ber.ReadPacket", File: "github.com/go-asn1-ber/asn1-ber@v1.5.0/ber.go", Class: profile.ClassDep}
	reader := &profile.Function{Name: "github.com/go-ldap/ldap/v3.(*Conn).reader", File: "github.com/go-ldap/ldap/v3@v3.4.0/conn.go", Class: profile.ClassDep}
	group := &profile.Function{Name: "golang.org/x/sync/errgroup.(*Group).Go.func1", File: "golang.org/x/sync@v0.1.0/errgroup/errgroup.go", Class: profile.ClassDep}
	login := &profile.Function{Name: "main.login", Class: profile.ClassUser}
	stackOf := func(leafFirst ...*profile.Function) *profile.Stack {
		var frames []profile.Frame
		for _, f := range leafFirst {
			frames = append(frames, profile.Frame{Func: f})
		}
		return profile.NewStack(nil, frames...)
	}
	for name, tt := range map[string]struct {
		stack *profile.Stack
		want  *profile.Function
	}{
		"a codec":           {stackOf(read, reader), reader},
		"what runs others":  {stackOf(read, reader, group), read},
		"below the service": {stackOf(read, reader, login), read},
	} {
		if got := LibraryOn(tt.stack); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got.Name, tt.want.Name)
		}
	}
}
