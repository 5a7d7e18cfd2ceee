package views

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/anteroom-visit/anteroom/locales"
)

func translator(t *testing.T) locales.Translator {
	t.Helper()
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Match("")
}

func samplePage(t *testing.T) Page {
	t.Helper()
	return Page{
		T: translator(t), Title: "A title",
		Brand:     Brand{Name: "Lamna Clinic", Phone: "01234 567890", PrivacyURL: "https://lamna.example/privacy"},
		Rehearsal: true, Stylesheet: "/assets/visit.css", Script: "/assets/visit.js", Icon: "/assets/favicon.svg",
	}
}

// samples returns every page in each state that changes its content.
func samples(t *testing.T) map[string]templ.Component {
	t.Helper()
	p := samplePage(t)
	bare := p
	bare.Brand, bare.Rehearsal = Brand{}, false
	prefetching := p
	prefetching.Prefetch = []string{"/assets/a.js", "/assets/b.js"}
	texts := map[string]string{"visit.join": "Join"}
	return map[string]templ.Component{
		"door":                 Door(DoorPage{Page: p}),
		"door without brand":   Door(DoorPage{Page: bare}),
		"door, refused":        Door(DoorPage{Page: p, Meeting: "x", Refusal: "not-a-meeting"}),
		"door, no passcode":    Door(DoorPage{Page: p, Meeting: "1", Refusal: "passcode-missing"}),
		"visit":                Visit(VisitPage{Page: prefetching, Stage: "/assets/stage.js", Texts: texts}),
		"visit without brand":  Visit(VisitPage{Page: bare, Stage: "/assets/stage.js"}),
		"visit, all at once":   Visit(VisitPage{Page: p, Name: "Sam", NoChat: true, Notice: "visit.needsScript", Stage: "/s.js", Texts: texts, Host: "/rehearsal/host/x"}),
		"visit, audience":      Visit(VisitPage{Page: p, Stage: "/s.js", Call: Call{Visit: "0123", Role: "audience", With: "Dr Asha Rao", WaitMinutes: 45}}),
		"ended, rejoin":        Ended(EndedPage{Page: p, Ending: "left", Action: "rejoin", Return: true, Reference: "0/0"}),
		"ended, no visit":      Ended(EndedPage{Page: p, Ending: "left", Action: "rejoin"}),
		"ended, edit":          Ended(EndedPage{Page: p, Ending: "invalid-link", Action: "edit"}),
		"ended, phone":         Ended(EndedPage{Page: p, Ending: "removed", Action: "phone"}),
		"ended, phone unknown": Ended(EndedPage{Page: bare, Ending: "removed", Action: "phone"}),
		"ended, done":          Ended(EndedPage{Page: p, Ending: "meeting-over", Action: "done", Return: true}),
		"door, shut":           ShutDoor(p),
		"door, shut, no phone": ShutDoor(bare),
		"problem, phone":       Problem(ProblemPage{Page: p, Text: "A text.", Call: true, NoStart: true}),
		"check":                Check(CheckPage{Page: p, Texts: texts, Back: "/visit", Hosts: []string{"*.lamna.example"}, Socket: "/s"}),
		"check, nothing set":   Check(CheckPage{Page: bare}),
		"problem":              Problem(ProblemPage{Page: p, Text: "A text.", Reference: "ABC"}),
		"host":                 Host(HostPage{Page: p, Room: "r", HostKey: "k", Endings: []string{"left", "removed"}, Stage: "/s.js", Ticket: map[string]string{"a": "b"}}),
	}
}

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var page bytes.Buffer
	if err := c.Render(templ.WithNonce(context.Background(), "N0NCE"), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&page)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// each calls f for every element that the selector finds, with a name for messages.
func each(doc *goquery.Document, selector string, f func(s *goquery.Selection, name string)) {
	doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
		name := s.Nodes[0].Data
		if id, ok := s.Attr("id"); ok {
			name += "#" + id
		}
		f(s, name)
	})
}

func TestEveryPageIsWellFormed(t *testing.T) {
	for what, component := range samples(t) {
		doc := render(t, component)
		for _, once := range []string{
			"html[lang='en-GB'][dir=ltr]", "h1", "main#main", "body > header", "body > footer", "title", "meta[name=viewport]",
			"meta[name=robots][content=noindex]", "a.skip[href='#main']", "link[rel=stylesheet][nonce=N0NCE]", "script[src][nonce=N0NCE]", "script#page-data",
		} {
			if n := doc.Find(once).Length(); n != 1 {
				t.Errorf("%s: %d of %s, want 1", what, n, once)
			}
		}
		if doc.Find("main h1").Length() != 1 || strings.TrimSpace(doc.Find("h1").Text()) == "" {
			t.Errorf("%s: the heading is empty or not in main", what)
		}
		if first := doc.Find("body").Find("a, button, input, textarea, select").First(); !first.HasClass("skip") {
			t.Errorf("%s: the first control must be the link that skips to the main part", what)
		}
		if text := doc.Find("body").Text() + doc.Find("title").Text(); strings.ContainsAny(text, "⟨⟩") || strings.Contains(text, "<no value>") {
			t.Errorf("%s: a text is missing from the catalogue: %.300s", what, text)
		}
		if !strings.Contains(doc.Find("title").Text(), " - ") {
			t.Errorf("%s: title = %q, want the page and the organisation, separated by \" - \"", what, doc.Find("title").Text())
		}
		checkReferences(t, what, doc)
		checkNames(t, what, doc)
		checkNoInlineCode(t, what, doc)
		checkHeadings(t, what, doc)
	}
}

// checkReferences checks that ids are unique and that everything refers to an id of the page.
func checkReferences(t *testing.T, what string, doc *goquery.Document) {
	t.Helper()
	ids := make(map[string]bool)
	each(doc, "[id]", func(s *goquery.Selection, name string) {
		id := s.AttrOr("id", "")
		if id == "" || ids[id] {
			t.Errorf("%s: the id of %s is empty or repeated", what, name)
		}
		ids[id] = true
	})
	for _, attribute := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		each(doc, "["+attribute+"]", func(s *goquery.Selection, name string) {
			targets := strings.Fields(s.AttrOr(attribute, ""))
			if len(targets) == 0 || slices.ContainsFunc(targets, func(id string) bool { return !ids[id] }) {
				t.Errorf("%s: %s of %s = %q, want ids of the page", what, attribute, name, targets)
			}
		})
	}
}

// checkNames checks that every control and every region has a name for a screen reader.
func checkNames(t *testing.T, what string, doc *goquery.Document) {
	t.Helper()
	each(doc, "input:not([type=hidden]), textarea, select", func(s *goquery.Selection, name string) {
		label := s.Closest("label").Text() + s.AttrOr("aria-label", "")
		if id := s.AttrOr("id", ""); id != "" {
			label += doc.Find("label[for='" + id + "']").Text()
		}
		if strings.TrimSpace(label) == "" {
			t.Errorf("%s: %s has no label", what, name)
		}
	})
	each(doc, "a[href], button, legend, option", func(s *goquery.Selection, name string) {
		if strings.TrimSpace(s.Text()+s.AttrOr("aria-label", "")) == "" {
			t.Errorf("%s: %s has no text", what, name)
		}
	})
	each(doc, "button", func(s *goquery.Selection, name string) {
		if s.AttrOr("type", "") == "" {
			t.Errorf("%s: %s has no type, so it submits its form", what, name)
		}
	})
	each(doc, "fieldset", func(s *goquery.Selection, name string) {
		if s.ChildrenFiltered("legend").Length() != 1 {
			t.Errorf("%s: %s must have one legend", what, name)
		}
	})
	each(doc, "section, [role=dialog], [role=alertdialog]", func(s *goquery.Selection, name string) {
		if s.AttrOr("aria-labelledby", s.AttrOr("aria-label", "")) == "" {
			t.Errorf("%s: %s has no name", what, name)
		}
	})
}

func checkNoInlineCode(t *testing.T, what string, doc *goquery.Document) {
	t.Helper()
	each(doc, "style, iframe, object, embed, base, [style], script:not([src]):not([type='application/json'])", func(_ *goquery.Selection, name string) {
		t.Errorf("%s: has <%s>, which no page may have", what, name)
	})
	each(doc, "*", func(s *goquery.Selection, name string) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(strings.ToLower(a.Key), "on") {
				t.Errorf("%s: %s has an inline handler %s", what, name, a.Key)
			}
		}
	})
}

// checkHeadings checks that no heading level is skipped, so that a list of headings is an outline.
func checkHeadings(t *testing.T, what string, doc *goquery.Document) {
	t.Helper()
	level := 0
	each(doc, "h1, h2, h3, h4, h5, h6", func(s *goquery.Selection, name string) {
		next := int(s.Nodes[0].Data[1] - '0')
		if next > level+1 {
			t.Errorf("%s: %s follows a heading of level %d", what, name, level)
		}
		level = next
	})
}

func TestPagesWithoutABrandLinkToNoBrand(t *testing.T) {
	p := samplePage(t)
	p.Brand = Brand{}
	for what, component := range map[string]templ.Component{
		"door": Door(DoorPage{Page: p, Refusal: "not-a-meeting"}), "visit": Visit(VisitPage{Page: p}), "check": Check(CheckPage{Page: p}),
		"ended": Ended(EndedPage{Page: p, Ending: "removed", Action: "phone"}), "problem": Problem(ProblemPage{Page: p}),
	} {
		doc := render(t, component)
		if n := doc.Find("a[href^='tel:'], footer a, .phone").Length(); n != 0 {
			t.Errorf("%s: %d links to a number or a notice that is not set, want 0", what, n)
		}
		if got := strings.TrimSpace(doc.Find(".organisation").Text()); got != p.text("site.name") {
			t.Errorf("%s: organisation = %q, want %q", what, got, p.text("site.name"))
		}
		if what != "visit" && what != "door" && doc.Find("main a[href='/']").Length() == 0 {
			t.Errorf("%s: no link to the door", what)
		}
	}
}

func TestHostCommandsAreInNamedGroups(t *testing.T) {
	doc := render(t, Host(HostPage{Page: samplePage(t)}))
	if n := doc.Find("[data-command]").Length(); n != 23 {
		t.Errorf("%d commands, want 23", n)
	}
	for _, group := range doc.Find("fieldset.commands").EachIter() {
		if n := group.Find("[data-command]").Length(); n < 2 || n > 6 || group.Find("legend").Text() == "" {
			t.Errorf("group %q has %d commands, want 2 to 6", group.Find("legend").Text(), n)
		}
	}
	if n := doc.Find("[data-command]").Not("fieldset.commands [data-command]").Length(); n != 0 {
		t.Errorf("%d commands outside the groups, want 0", n)
	}
}

func TestDialKeepsOnlyDigitsAndPlus(t *testing.T) {
	for phone, want := range map[string]string{
		"01234 567890": "tel:01234567890", "+44 (0)1234-567.890": "tel:+4401234567890", "tel:1;ext=<2>": "tel:12",
		"javascript:alert(1)": "tel:1", "": "tel:",
	} {
		if got := (Brand{Phone: phone}).dial(); got != want {
			t.Errorf("dial of %q = %q, want %q", phone, got, want)
		}
	}
}

// TestTypedTextIsKept checks that a form shows exactly what the visitor typed.
func TestTypedTextIsKept(t *testing.T) {
	for _, typed := range []string{"plain", "\n\nfirst line is empty", `</textarea><script>alert(1)</script>`, "&amp; &lt; \u00a0", "two\nlines"} {
		doc := render(t, Door(DoorPage{Page: samplePage(t), Meeting: typed, Passcode: typed, Refusal: "not-a-meeting"}))
		if got := doc.Find("#meeting").Text(); got != typed {
			t.Errorf("meeting = %q, want %q", got, typed)
		}
		if got := doc.Find("#passcode").AttrOr("value", ""); got != typed {
			t.Errorf("passcode = %q, want %q", got, typed)
		}
		if got := render(t, Visit(VisitPage{Page: samplePage(t), Name: typed})).Find("#name").AttrOr("value", ""); got != typed {
			t.Errorf("name = %q, want %q", got, typed)
		}
	}
}

func TestPageDataReachesTheScript(t *testing.T) {
	want := pageData{
		Page: "visit", Stage: "/assets/stage.js",
		Texts: map[string]string{"visit.join": `</script><script>alert("1")</script><!--`, "visit.waiting": "é \u2028 \\ '"},
	}
	raw := render(t, Visit(VisitPage{Page: samplePage(t), Stage: want.Stage, Texts: want.Texts})).Find("script#page-data").Text()
	var got pageData
	if err := json.Unmarshal([]byte(raw), &got); err != nil {
		t.Fatalf("page data: %v: %s", err, raw)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page data (-want +got):\n%s", diff)
	}
}

// TestVisitPageFitsTheRole checks that an audience is offered no devices, and that the waiting page names the host if known.
func TestVisitPageFitsTheRole(t *testing.T) {
	guest, audience := render(t, samples(t)["visit"]), render(t, samples(t)["visit, audience"])
	if guest.Find("input[type=checkbox]").Length() == 0 {
		t.Error("a guest is offered 0 devices, want at least 1")
	}
	if n := audience.Find("input[type=checkbox]").Length(); n != 0 {
		t.Errorf("an audience is offered %d devices, want 0", n)
	}
	for doc, want := range map[*goquery.Document]string{guest: "You are waiting to be let in", audience: "You are waiting for Dr Asha Rao"} {
		if got := doc.Find("#waiting-title").Text(); got != want {
			t.Errorf("heading of the waiting page = %q, want %q", got, want)
		}
	}
	var data pageData
	if err := json.Unmarshal([]byte(audience.Find("script#page-data").Text()), &data); err != nil {
		t.Fatal(err)
	}
	if data.Visit != "0123" || data.Role != "audience" || data.WaitMinutes != 45 {
		t.Errorf("page data = %+v, want visit 0123, role audience and 45 minutes", data)
	}
}
