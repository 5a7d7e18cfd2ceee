package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// pageData is the part of the visit page's data for its script that these tests check.
type pageData struct {
	Visit       string `json:"visit"`
	Role        string `json:"role"`
	WaitMinutes int    `json:"waitMinutes"`
}

func (v *visitor) pageData(t *testing.T) (data pageData) {
	t.Helper()
	a := v.get("/visit")
	if a.StatusCode != http.StatusOK {
		t.Fatalf("visit page: status %d, want 200", a.StatusCode)
	}
	if err := json.Unmarshal([]byte(a.page(t).Find("script#page-data").Text()), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryTabOfVisitHasSameData(t *testing.T) {
	site := startSite(t, withRehearsal(t), func(o *Options) { o.Call.WaitMinutes = 45 })
	sam, ida := newVisitor(t, site), newVisitor(t, site)
	for _, v := range []*visitor{sam, ida} {
		v.submitDoor(shortLink)
	}
	first, second, other := sam.pageData(t), sam.pageData(t), ida.pageData(t)
	if first != second {
		t.Errorf("data of two tabs: %+v and %+v, want them equal", first, second)
	}
	if first.Visit == other.Visit || len(first.Visit) != 16 || strings.Trim(first.Visit, "0123456789abcdef") != "" {
		t.Errorf("visit keys of two visitors: %q and %q, want two different ones of 16 hexadecimal digits", first.Visit, other.Visit)
	}
	if first.Role != "guest" || first.WaitMinutes != 45 {
		t.Errorf("role %q, wait %d minutes, want guest and 45", first.Role, first.WaitMinutes)
	}
}
