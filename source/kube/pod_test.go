
// A pod's facts name the context that the user chose, so that the pod can be found again.
func TestFactsNameTheContext(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"", "test"} {
		_, _, o := startCluster(t, 1)
		o.Context = want
		if got := followPod(t, o, "deploy/checkout").newUpdate().Facts.Context; got != want {
			t.Errorf("got the context %q, want %q", got, want)
		}
	}
}
