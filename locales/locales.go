// Package locales holds every text that a visitor or the staff can read, in one file per
// language, and finds the right one. It does not depend on pages or requests.
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

// Default is the language of the texts that a language without its own text falls back to.
const Default = "en-GB"

// Catalogue holds the site's texts in all languages. It is safe for concurrent use.
type Catalogue struct {
	bundle  *i18n.Bundle
	tags    []language.Tag
	matcher language.Matcher
	ids     []string
	texts   map[string]map[string]*i18n.Message // by language tag and message identifier
}

// Load reads the embedded language files. Its error names the file that cannot be read.
func Load() (*Catalogue, error) { return load(files) }

func load(from fs.FS) (*Catalogue, error) {
	base := language.MustParse(Default)
	c := &Catalogue{bundle: i18n.NewBundle(base), tags: []language.Tag{base}, texts: make(map[string]map[string]*i18n.Message)}
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
		texts := make(map[string]*i18n.Message, len(read.Messages))
		for _, m := range read.Messages {
			texts[m.ID] = m
		}
		c.texts[read.Tag.String()] = texts
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

// IDs returns the identifiers of all messages in the default language.
func (c *Catalogue) IDs() []string { return append([]string(nil), c.ids...) }

// Missing returns, by language tag, the identifiers of the messages that a language lacks. A
// complete language has no entry.
func (c *Catalogue) Missing() map[string][]string {
	missing := make(map[string][]string)
	for tag, texts := range c.texts {
		for _, id := range c.ids {
			if texts[id] == nil {
				missing[tag] = append(missing[tag], id)
			}
		}
	}
	return missing
}

// Languages returns a translator for every language of the site, the default first.
func (c *Catalogue) Languages() []Translator {
	out := make([]Translator, len(c.tags))
	for i, tag := range c.tags {
		out[i] = c.translator(tag)
	}
	return out
}

func (c *Catalogue) translator(tag language.Tag) Translator {
	return Translator{tag: tag, localizer: i18n.NewLocalizer(c.bundle, tag.String(), Default)}
}

// Find returns the site's language for a BCP 47 tag such as ar or ar-EG, or false when the site has none for it.
func (c *Catalogue) Find(tag string) (Translator, bool) {
	wanted, err := language.Parse(tag)
	if err != nil {
		return Translator{}, false
	}
	_, index, confidence := c.matcher.Match(wanted)
	return c.translator(c.tags[index]), confidence > language.Low
}

// Match returns the language for an Accept-Language header, or the default when the header is invalid.
func (c *Catalogue) Match(acceptLanguage string) Translator {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		wanted = nil
	}
	_, index, _ := c.matcher.Match(wanted...)
	return c.translator(c.tags[index])
}

// Translator renders the site's messages in one language. The zero value has no messages: use Match.
type Translator struct {
	tag       language.Tag
	localizer *i18n.Localizer
}

// Lang returns the BCP 47 tag for the lang attribute.
func (t Translator) Lang() string { return t.tag.String() }

// Dir returns "rtl" for a script written from right to left, otherwise "ltr".
func (t Translator) Dir() string {
	script, _ := t.tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm":
		return "rtl"
	}
	return "ltr"
}

// Text returns the message with this identifier. Values are pairs of a placeholder's name and its
// value. For an unknown identifier it returns the identifier in angle brackets, which tests of a
// page notice and which does not break the page.
func (t Translator) Text(id string, values ...string) string {
	data := make(map[string]string, len(values)/2)
	for i := 0; i+1 < len(values); i += 2 {
		data[values[i]] = values[i+1]
	}
	return t.localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: data})
}

// Count returns the message with this identifier in the plural form for count, which replaces
// {{.Count}}.
func (t Translator) Count(id string, count int) string {
	return t.localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: count, TemplateData: map[string]int{"Count": count}})
}

func (t Translator) localize(config *i18n.LocalizeConfig) string {
	// The error is not useful here: there is one whenever the default language is used instead.
	text, _ := t.localizer.Localize(config)
	if text == "" {
		return "⟨" + config.MessageID + "⟩"
	}
	return text
}

// Texts returns the messages whose identifiers start with one of the prefixes, for the browser's
// scripts. Placeholders are not filled, so such messages must not have any. A message with plural
// forms becomes one text per form, whose identifier ends in the form's CLDR name: visit.waited.few.
func (c *Catalogue) Texts(t Translator, prefixes ...string) map[string]string {
	texts := make(map[string]string)
	for _, id := range c.ids {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) }) {
			continue
		}
		m := c.texts[t.Lang()][id]
		if m == nil {
			m = c.texts[Default][id]
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

// formsOf returns a message's plural forms by their CLDR names.
func formsOf(m *i18n.Message) map[string]string {
	forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(forms, func(_, text string) bool { return text == "" })
	return forms
}
