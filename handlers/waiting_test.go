package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// calls is what a visit's page tells its script of the call.
type calls struct {
	Visit       string `json:"visit"`
	Role        string `json:"role"`
	WaitMinutes int    `json:"waitMinutes"`
}

func (v *visitor) told(t *testing.T) (told calls) {
	t.Helper()
	answer := v.get("/visit")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the visit's page: %d", answer.StatusCode)
	}
	text := answer.page(t).Find("script#page-data").Text()
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		t.Fatal(err)
	}
	return told
}

func TestEveryTabGetsTheSameAnswer(t *testing.T) {
	site := startSite(t, rehearsing(t), func(o *Options) { o.Call.WaitMinutes = 45 })
	sam, ida := newVisitor(t, site), newVisitor(t, site)
	for _, v := range []*visitor{sam, ida} {
		v.knock(shortLink)
	}
	first, second, other := sam.told(t), sam.told(t), ida.told(t)
	if first != second {
		t.Errorf("told %+v, then %+v", first, second)
	}
	if first.Visit == other.Visit || len(first.Visit) != 16 || strings.Trim(first.Visit, "0123456789abcdef") != "" {
		t.Errorf("two visitors' visits are %q and %q", first.Visit, other.Visit)
	}
	if first.Role != "guest" || first.WaitMinutes != 45 {
		t.Errorf("told %+v", first)
	}
}
