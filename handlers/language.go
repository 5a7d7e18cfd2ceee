package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
)

// languageParam is how an address asks for a language: ?lang=ar.
const languageParam = "lang"

// keepLanguage remembers the language that an address asks for, for this answer and for those that
// follow. One that the site does not speak changes nothing.
func (s *Site) keepLanguage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodGet || !c.QueryParams().Has(languageParam) {
			return next(c)
		}
		wanted, spoken := s.Catalogue.Find(c.QueryParam(languageParam))
		if v := s.session(c); spoken && v.Language != wanted.Lang() {
			v.Language = wanted.Lang()
			if err := s.saveSession(c, v); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// translator speaks the language of the answer: the one that the visitor chose, or else the visit's
// that the answer speaks of, or else the browser's.
func (s *Site) translator(c echo.Context) locales.Translator {
	if chosen, spoken := s.Catalogue.Find(s.storedSession(c).Language); spoken {
		return chosen
	}
	wanted := c.Request().Header.Get("Accept-Language")
	if v := spokenOf(c); v != nil && wanted != "" {
		wanted = v.Language + "," + wanted
	} else if v != nil {
		wanted = v.Language
	}
	return s.Catalogue.Match(wanted)
}

// languages are the others in which this page can be had. There are none for the answer to a form:
// what was typed would be lost with it.
func (s *Site) languages(c echo.Context, spoken locales.Translator) []views.Language {
	if c.Request().Method == http.MethodPost {
		return nil
	}
	var others []views.Language
	for _, t := range s.Catalogue.Languages() {
		if t.Lang() == spoken.Lang() {
			continue
		}
		query := url.Values{languageParam: {t.Lang()}}
		// Anything else in an address can be personal.
		if code, subCode, known := endCodes(c.QueryParams()); known {
			query.Set("code", strconv.Itoa(code))
			query.Set("subCode", strconv.Itoa(subCode))
		}
		others = append(others, views.Language{Tag: t.Lang(), Name: t.Text("language.name"), Address: "?" + query.Encode()})
	}
	return others
}
