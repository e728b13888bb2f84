package leak

import "testing"

// A word that no help explains would leave the reader guessing.
func TestWordsAreExplained(t *testing.T) {
	means := map[string]string{}
	for _, w := range Words {
		means[w.Word] = w.Means
	}
	for _, word := range []string{"leak", "suspect", Report{}.Function(nil).Word} {
		if means[word] == "" {
			t.Errorf("%s is not explained", word)
		}
	}
	for why := range words {
		if means[words[why]] == "" {
			t.Errorf("%s is not explained", words[why])
		}
	}
}
