package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/locales"
)

func (x *examination) lookAtName() []handlers.Finding {
	if x.settings.BrandName == "" {
		return []handlers.Finding{warning("set BRAND_NAME", "visitors do not read whose site this is")}
	}
	return []handlers.Finding{fine("visitors read whose site this is")}
}

func (x *examination) lookAtPhone() []handlers.Finding {
	if x.settings.BrandPhone == "" {
		return []handlers.Finding{warning("set BRAND_PHONE to a number that is answered", "a visitor who cannot join has no number to call")}
	}
	return []handlers.Finding{fine("a visitor who cannot join has a number to call")}
}

func (x *examination) lookAtPrivacy() []handlers.Finding {
	switch notice := x.settings.BrandPrivacyURL; {
	case notice == "":
		return []handlers.Finding{warning("set BRAND_PRIVACY_URL", "no page leads to your privacy notice")}
	case strings.HasPrefix(strings.ToLower(notice), "http:"):
		return []handlers.Finding{warning("set BRAND_PRIVACY_URL to an https address", "your privacy notice is not on https")}
	}
	return []handlers.Finding{fine("every page leads to your privacy notice")}
}

func (x *examination) lookAtColour() []handlers.Finding {
	given := strings.ToLower(x.settings.BrandColour)
	if x.site.palette == nil || x.site.palette.Light.Brand == "" {
		return []handlers.Finding{fine("the site's own")}
	}
	if len(given) == len("#rgb") {
		given = fmt.Sprintf("#%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", given[1], given[2], given[3])
	}
	p := *x.site.palette
	if p.Light.Brand != given {
		return []handlers.Finding{warning("set BRAND_COLOUR="+p.Light.Brand+", or another colour with a contrast of 4.5 to 1 on white", "BRAND_COLOUR %s cannot be read on light pages, where %s stands for it (%s on dark ones)", given, p.Light.Brand, p.Dark.Brand)}
	}
	return []handlers.Finding{fine("%s on light pages, %s on dark ones", p.Light.Brand, p.Dark.Brand)}
}

func (x *examination) lookAtLogo() []handlers.Finding {
	switch {
	case x.settings.BrandLogo == "":
		return []handlers.Finding{fine("none")}
	case x.site.logo == nil:
		return []handlers.Finding{problem("see settings", "BRAND_LOGO cannot be used")}
	}
	return []handlers.Finding{fine("it can be read")}
}

func (x *examination) lookAtSurvey() []handlers.Finding {
	if x.settings.SurveyURL == "" {
		return []handlers.Finding{fine("the site asks one question itself")}
	}
	return []handlers.Finding{fine("your own form is asked")}
}

func (x *examination) lookAtLanguages() []handlers.Finding {
	missing := x.missing
	if missing == nil {
		catalogue, err := locales.Load()
		if err != nil {
			return []handlers.Finding{problem("correct the file, and build again", "%v", err)}
		}
		missing = catalogue.Missing()
	}
	var found []handlers.Finding
	for _, tag := range slices.Sorted(maps.Keys(missing)) {
		ids := slices.Sorted(slices.Values(missing[tag]))
		found = append(found, warning("add them to locales/"+tag+".json, and build again", "%s lacks %d text(s), which visitors read in English: %s", tag, len(ids), strings.Join(ids[:min(len(ids), 3)], ", ")))
	}
	return orFine(found, "every language says everything")
}

func (x *examination) lookAtBundle() []handlers.Finding {
	bundle, err := assets.NewBundle(x.bundle)
	switch {
	case errors.Is(err, assets.ErrNoBundle):
		return []handlers.Finding{problem("build the program with `make build`", "the program was built without its browser half")}
	case err != nil:
		return []handlers.Finding{problem("build the program with `make build`", "%v", err)}
	case !bundle.HoldsCall():
		return []handlers.Finding{problem("build the program with `make build`, with npm's registry at hand", "the program was built without the Calling SDK: it can only rehearse")}
	}
	return []handlers.Finding{fine("built, with the call in it")}
}
