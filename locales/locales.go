// Package locales holds every sentence that a visitor or the desk can read, one file per
// language, and finds the right one. It knows nothing of pages or requests.
package locales

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Default is the language in which the site was written and to which every other falls back.
const Default = "en-GB"

// Catalogue is all languages of the site. It is safe for concurrent use.
type Catalogue struct {
	bundle  *i18n.Bundle
	tags    []language.Tag
	matcher language.Matcher
	ids     []string
	said    map[string]map[string]*i18n.Message // what each language says, by its tag and the message's identifier
}

// Load reads the embedded language files. Its error names the file that cannot be read.
func Load() (*Catalogue, error) { return load(files) }

func load(from fs.FS) (*Catalogue, error) {
	base := language.MustParse(Default)
	c := &Catalogue{bundle: i18n.NewBundle(base), tags: []language.Tag{base}, said: make(map[string]map[string]*i18n.Message)}
	c.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	names, err := fs.Glob(from, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list languages: %w", err)
	}
	for _, name := range names {
		read, err := c.bundle.LoadMessageFileFS(from, name)
		if err != nil {
			return nil, fmt.Errorf("read language file %s: %w", name, err)
		}
		said := make(map[string]*i18n.Message, len(read.Messages))
		for _, m := range read.Messages {
			said[m.ID] = m
		}
		c.said[read.Tag.String()] = said
		if strings.TrimSuffix(path.Base(name), ".json") != Default {
			c.tags = append(c.tags, read.Tag)
			continue
		}
		for _, m := range read.Messages {
			c.ids = append(c.ids, m.ID)
		}
	}
	if len(c.ids) == 0 {
		return nil, fmt.Errorf("read language file %s.json: no messages", Default)
	}
	c.matcher = language.NewMatcher(c.tags)
	return c, nil
}

// IDs lists the identifiers of all messages in the default language.
func (c *Catalogue) IDs() []string { return append([]string(nil), c.ids...) }

// Missing lists, by the tag of each other language, what it does not say and the default language
// says in its place. A language that says everything has no entry.
func (c *Catalogue) Missing() map[string][]string {
	missing := make(map[string][]string)
	for tag, said := range c.said {
		for _, id := range c.ids {
			if said[id] == nil {
				missing[tag] = append(missing[tag], id)
			}
		}
	}
	return missing
}

// Languages lists every language of the site, the default first.
func (c *Catalogue) Languages() []Translator {
	out := make([]Translator, len(c.tags))
	for i, tag := range c.tags {
		out[i] = c.speak(tag)
	}
	return out
}

func (c *Catalogue) speak(tag language.Tag) Translator {
	return Translator{tag: tag, localizer: i18n.NewLocalizer(c.bundle, tag.String(), Default)}
}

// Find is the site's language for a BCP 47 tag such as ar or ar-EG; false when the site does not speak it.
func (c *Catalogue) Find(tag string) (Translator, bool) {
	wanted, err := language.Parse(tag)
	if err != nil {
		return Translator{}, false
	}
	_, index, sure := c.matcher.Match(wanted)
	return c.speak(c.tags[index]), sure > language.Low
}

// Match picks the language for an Accept-Language header; anything unreadable gets the default.
func (c *Catalogue) Match(acceptLanguage string) Translator {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		wanted = nil
	}
	_, index, _ := c.matcher.Match(wanted...)
	return c.speak(c.tags[index])
}

// Translator says the site's messages in one language. The zero value says nothing: get one from Match.
type Translator struct {
	tag       language.Tag
	localizer *i18n.Localizer
}

// Lang is the BCP 47 tag for the lang attribute.
func (t Translator) Lang() string { return t.tag.String() }

// Dir is "rtl" for a script written from right to left, otherwise "ltr".
func (t Translator) Dir() string {
	script, _ := t.tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm":
		return "rtl"
	}
	return "ltr"
}

// Text is the message with this identifier. Values come in pairs, a placeholder's name and what
// stands there. An unknown identifier gives the identifier between angle marks: it shows in every
// test that reads a page, and never takes a page down.
func (t Translator) Text(id string, values ...string) string {
	data := make(map[string]string, len(values)/2)
	for i := 0; i+1 < len(values); i += 2 {
		data[values[i]] = values[i+1]
	}
	return t.say(&i18n.LocalizeConfig{MessageID: id, TemplateData: data})
}

// Count is the message with this identifier in the form that the language has for so many, which
// stand in its place {{.Count}}.
func (t Translator) Count(id string, count int) string {
	return t.say(&i18n.LocalizeConfig{MessageID: id, PluralCount: count, TemplateData: map[string]int{"Count": count}})
}

func (t Translator) say(what *i18n.LocalizeConfig) string {
	// Its error is no measure: it also says that the default language had to stand in.
	text, _ := t.localizer.Localize(what)
	if text == "" {
		return "⟨" + what.MessageID + "⟩"
	}
	return text
}

// Texts gives all messages whose identifiers start with one of the prefixes, as the browser's
// script reads them: placeholders unfilled, so keep those out of such messages. A message with forms
// for different counts is one text for each, its identifier followed by the CLDR's name of the form:
// visit.waited.few.
func (c *Catalogue) Texts(t Translator, prefixes ...string) map[string]string {
	texts := make(map[string]string)
	for _, id := range c.ids {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) }) {
			continue
		}
		m := c.said[t.Lang()][id]
		if m == nil {
			m = c.said[Default][id]
		}
		if forms := formsOf(m); len(forms) == 1 {
			texts[id] = m.Other
		} else {
			for form, text := range forms {
				texts[id+"."+form] = text
			}
		}
	}
	return texts
}

// formsOf is what a message says for different counts, by the CLDR's names.
func formsOf(m *i18n.Message) map[string]string {
	forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(forms, func(_, text string) bool { return text == "" })
	return forms
}
