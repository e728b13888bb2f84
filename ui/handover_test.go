package ui

import (
	"io"
	"net/http"
	"path"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func getPage(t *testing.T, url string) (int, string) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHandOver(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := newScreen(t, typical, 80, 24)
	s.press("Functions", "w")
	h := s.m.actions.web.server
	if h == nil {
		t.Fatalf("the web view is not served:\n%s", s.text())
	}
	secret := path.Base(h.URL())
	s.wants("http://127.0.0.1:", "ssh -N -L ", "web view open")
	for p, want := range map[string]string{"": "flamegraph", "top": "inuse_space", "flamegraph": "<html"} {
		if status, body := getPage(t, h.URL()+p); status != 200 || !strings.Contains(body, want) {
			t.Errorf("/%s: status %d, %.200s", p, status, body)
		}
	}
	if status, _ := getPage(t, strings.TrimSuffix(h.URL(), "/")); status != 200 {
		t.Errorf("without the trailing slash: status %d", status)
	}
	for _, p := range []string{"/", "/top", "/" + secret[1:] + "/top", "/x/top", "//top", "/" + secret + "/saveconfig"} {
		if status, body := getPage(t, "http://"+h.Address()+p); status != 404 || strings.Contains(body, "inuse") {
			t.Errorf("%s without the secret: status %d", p, status)
		}
	}
	if text := s.m.actions.export.buildDocument()().Text; len(text) != 1 || strings.Contains(text[0].Text, secret) {
		t.Errorf("got %v in an export of the page", text)
	}
	s.press("w")
	s.wants("is closed")
	if _, err := http.Get(h.URL()); err == nil {
		t.Error("the web view is still served after the second w")
	}
	http.DefaultClient.CloseIdleConnections()
	goleak.VerifyNone(t, before)
}

func TestHandOverEndsWithTheView(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := newScreen(t, typical, 80, 24)
	s.press("Functions", "w")
	s.m.actions.web.close()
	goleak.VerifyNone(t, before)
}

func TestHandOverNeedsAProfile(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("Events", "w")
	s.wants("This page has no profile")
}
