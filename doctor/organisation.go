package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/locales"
)

func (d *Doctor) checkName() []Finding {
	if d.site.Organisation.Name == "" {
		return warning("set BRAND_NAME", "the pages do not name the organisation").alone()
	}
	return okay("the pages name the organisation").alone()
}

func (d *Doctor) checkPhone() []Finding {
	if d.site.Organisation.Phone == "" {
		return warning("set BRAND_PHONE to a number that is answered", "a visitor who cannot join has no number to call").alone()
	}
	return okay("a visitor who cannot join has a number to call").alone()
}

func (d *Doctor) checkPrivacy() []Finding {
	switch notice := d.site.Organisation.PrivacyURL; {
	case notice == "":
		return warning("set BRAND_PRIVACY_URL", "the pages do not link to your privacy notice").alone()
	case strings.HasPrefix(strings.ToLower(notice), "http:"):
		return warning("set BRAND_PRIVACY_URL to an https address", "your privacy notice is not on https").alone()
	}
	return okay("every page links to your privacy notice").alone()
}

func (d *Doctor) checkColour() []Finding {
	brand := d.site.Organisation
	if brand.Light == "" {
		return okay("the site's own colour").alone()
	}
	given := strings.ToLower(brand.Colour)
	if len(given) == len("#rgb") {
		given = fmt.Sprintf("#%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", given[1], given[2], given[3])
	}
	if brand.Light != given {
		return warning("set BRAND_COLOUR="+brand.Light+", or another colour with a contrast of 4.5 to 1 on white", "BRAND_COLOUR %s is not readable on light pages, which use %s instead (dark ones %s)", given, brand.Light, brand.Dark).alone()
	}
	return okay("%s on light pages, %s on dark ones", brand.Light, brand.Dark).alone()
}

func (d *Doctor) checkLogo() []Finding {
	switch {
	case d.site.Organisation.Logo == "":
		return okay("no logo").alone()
	case !d.site.Organisation.HasLogo:
		return problem("see settings", "BRAND_LOGO cannot be used").alone()
	}
	return okay("the logo can be read").alone()
}

func (d *Doctor) checkSurvey() []Finding {
	if d.site.Organisation.SurveyURL == "" {
		return okay("the site asks its own question after a visit").alone()
	}
	return okay("visitors are asked to fill in your own form after a visit").alone()
}

func (d *Doctor) checkLanguages() []Finding {
	missing := d.site.Missing
	if missing == nil {
		catalogue, err := locales.Load()
		if err != nil {
			return problem("correct the file, and build again", "%v", err).alone()
		}
		missing = catalogue.Missing()
	}
	var found []Finding
	for _, tag := range slices.Sorted(maps.Keys(missing)) {
		ids := slices.Sorted(slices.Values(missing[tag]))
		found = append(found, warning("add them to locales/"+tag+".json, and build again", "%s lacks %d text(s), which visitors read in English: %s", tag, len(ids), strings.Join(ids[:min(len(ids), 3)], ", ")))
	}
	return okUnless(found, "every language has all texts")
}

func (d *Doctor) checkBundle() []Finding {
	const fix = "build the program with `make build`"
	switch bundle := d.site.Bundle; {
	case bundle.Missing:
		return problem(fix, "the program was built without its browser half").alone()
	case bundle.Err != nil:
		return problem(fix, "%v", bundle.Err).alone()
	case !bundle.HasCall:
		return problem(fix+", where npm's registry can be reached", "the program was built without the Calling SDK: it can only rehearse").alone()
	}
	return okay("the browser half was built with the Calling SDK").alone()
}
