package views

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/anteroom-visit/anteroom/locales"
)

// structure returns a document without its text: every element with the names of its attributes.
func structure(doc *goquery.Document) (lines []string) {
	each(doc, "*", func(s *goquery.Selection, _ string) {
		line := s.Nodes[0].Data
		if parent := s.Nodes[0].Parent; parent != nil && parent.Type == html.ElementNode {
			line = parent.Data + ">" + line
		}
		for _, a := range s.Nodes[0].Attr {
			line += " " + a.Key
		}
		lines = append(lines, line)
	})
	return lines
}

// fill sets every string of a view model to text, in all fields, lists and maps.
func fill(v reflect.Value, text string) {
	switch v.Kind() { //nolint:exhaustive // the other kinds hold no text
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(text), reflect.ValueOf(text))
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]string{text: text}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[locales.Translator]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	}
}

// pagesFilledWith returns all pages, with text in every string of their models.
func pagesFilledWith(t *testing.T, text string) map[string]templ.Component {
	t.Helper()
	var door DoorPage
	var visit VisitPage
	var ended EndedPage
	var problem ProblemPage
	var host HostPage
	var check CheckPage
	for _, model := range []any{&door, &visit, &ended, &problem, &host, &check} {
		fill(reflect.ValueOf(model).Elem(), text)
	}
	for _, p := range []*Page{&door.Page, &visit.Page, &ended.Page, &problem.Page, &host.Page, &check.Page} {
		p.T = translator(t)
	}
	pages := map[string]templ.Component{"door": Door(door), "visit": Visit(visit), "ended": Ended(ended), "problem": Problem(problem), "host": Host(host), "check": Check(check)}
	for _, action := range []string{"rejoin", "edit", "phone"} {
		again := ended
		again.Action = action
		pages["ended, "+action] = Ended(again)
	}
	return pages
}

// TestHostileStringsStayText checks that no string in a model adds an element or an attribute to the page.
func TestHostileStringsStayText(t *testing.T) {
	harmless := pagesFilledWith(t, "harmless")
	for _, hostile := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `" autofocus onfocus="alert(1)`,
		`</title><script>alert(1)</script>`, `</textarea></script><script>alert(1)</script>`, "<!--", `]]>`, `{{.}} ${1}`, "\x00<b>", "javascript:alert(1)//\"><b>",
	} {
		for what, component := range pagesFilledWith(t, hostile) {
			doc := render(t, component)
			if diff := cmp.Diff(structure(render(t, harmless[what])), structure(doc)); diff != "" {
				t.Errorf("%s: %q changes the page (-harmless +hostile):\n%s", what, hostile, diff)
			}
			if data := doc.Find("script#page-data").Text(); !json.Valid([]byte(data)) {
				t.Errorf("%s: page data with %q is not JSON: %s", what, hostile, data)
			}
		}
	}
}

// TestLinksNeverRunScripts checks that not even the operator's own links can run a script in a visitor's page.
func TestLinksNeverRunScripts(t *testing.T) {
	for _, address := range []string{
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
		"data:text/html,<script>alert(1)</script>", "vbscript:x", "blob:https://x/y",
	} {
		p := samplePage(t)
		p.Brand.PrivacyURL, p.Brand.Phone = address, address
		for what, component := range map[string]templ.Component{
			"door": Door(DoorPage{Page: p}), "problem": Problem(ProblemPage{Page: p}), "ended": Ended(EndedPage{Page: p, Ending: "removed", Action: "phone"}),
		} {
			each(render(t, component), "a[href]", func(s *goquery.Selection, _ string) {
				href := s.AttrOr("href", "")
				// Browsers remove control characters and spaces before they read the scheme.
				scheme, _, _ := strings.Cut(strings.ToLower(strings.Map(func(r rune) rune {
					if r <= ' ' {
						return -1
					}
					return r
				}, href)), ":")
				if slices.Contains([]string{"javascript", "data", "vbscript", "blob"}, scheme) {
					t.Errorf("%s: address %q became a link to %q, want no script", what, address, href)
				}
			})
		}
	}
}
