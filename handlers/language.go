package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
)

// languageParam is the query parameter that chooses a language: ?lang=ar.
const languageParam = "lang"

// rememberLanguage stores the language of the query in the session.
func (s *Site) rememberLanguage(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet || !isNavigation(r) || !strings.Contains(r.URL.RawQuery, languageParam+"=") {
		return nil
	}
	wanted, known := s.catalogue.Find(r.URL.Query().Get(languageParam))
	v := s.session(r)
	if !known || v.Language == wanted.Lang() {
		return nil
	}
	v.Language = wanted.Lang()
	return s.saveSession(w, r, v)
}

// translator returns the language of the answer: the visitor's choice, or else that of the visit that
// the answer is about, or else the browser's.
func (s *Site) translator(r *http.Request) locales.Translator {
	if chosen, known := s.catalogue.Find(s.storedSession(r).Language); known {
		return chosen
	}
	wanted := r.Header.Get("Accept-Language")
	if v := contextVisit(r); v != nil && wanted != "" {
		wanted = v.Language + "," + wanted
	} else if v != nil {
		wanted = v.Language
	}
	return s.catalogue.Match(wanted)
}

// languages returns the other languages of this page. There are none for the answer to a form, because
// what was typed would be lost.
func (s *Site) languages(r *http.Request, current locales.Translator) []views.Language {
	if r.Method == http.MethodPost {
		return nil
	}
	var others []views.Language
	for _, t := range s.catalogue.Languages() {
		if t.Lang() == current.Lang() {
			continue
		}
		query := url.Values{languageParam: {t.Lang()}}
		// Everything else in an address can be personal.
		if code, subCode, known := endCodes(r.URL.Query()); known {
			query.Set("code", strconv.Itoa(code))
			query.Set("subCode", strconv.Itoa(subCode))
		}
		others = append(others, views.Language{Tag: t.Lang(), Name: t.Text("language.name"), Address: "?" + query.Encode()})
	}
	return others
}
