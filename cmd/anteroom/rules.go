package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// rule describes the valid values of one setting. Rules that combine several
// settings are methods of serveCommand.
type rule struct {
	// Kind is the kind of value, such as number; it decides the input of a form.
	Kind string `json:"kind"`
	// Must completes "must be ...".
	Must string `json:"rule"`
	// Min and Max limit a number; Choices are all values of a choice.
	Min     *int     `json:"min,omitempty"`
	Max     *int     `json:"max,omitempty"`
	Choices []string `json:"choices,omitempty"`
	// Production marks a setting that only a site for real visitors uses.
	Production bool `json:"production"`
	// Valid and Invalid are examples, all of which the tests of program, template and form try.
	Valid   []string `json:"valid"`
	Invalid []string `json:"invalid"`

	check func(string) error // nil accepts any text
}

// rules returns the rule of every setting by its variable. Its tests require a row for each setting.
func rules() map[string]rule {
	table := map[string]rule{
		"ACS_ENDPOINT":          endpointRule().production(),
		"ACS_CONNECTION_STRING": connectionRule().production(),
		"AZURE_CLIENT_ID":       guidRule(),
		"AZURE_TENANT_ID":       tenantRule(),
		"TOKEN_SCOPES":          scopesRule(),
		"TOKEN_MINUTES":         number(60, 1440),
		"BASE_URL":              baseURLRule().production(),
		"LINK_KEYS":             keysRule().production(),
		"SESSION_KEYS":          keysRule().production(),
		"DESK_PASSPHRASE":       passphraseRule().production(),
		"BRAND_NAME":            nameRule().production(),
		"BRAND_PHONE":           phoneRule().production(),
		"BRAND_PRIVACY_URL":     pageRule("http", "https").production(),
		"BRAND_COLOUR":          colourRule().production(),
		"BRAND_LOGO":            logoRule().production(),
		"WAITING_TEXT":          waitingRule().production(),
		"WAITING_TEXT_AR":       waitingRule().production(),
		"SURVEY_URL":            pageRule("https").production(),
		"ADMISSION":             choice("links", "tenants", "open").production(),
		"TENANTS":               tenantsRule().production(),
		"JOINS_PER_ADDRESS":     number(0, maxJoins),
		"JOINS_PER_VISIT":       number(0, maxJoins),
		"JOINS_PER_SESSION":     number(0, maxJoins),
		"DAILY_JOINS":           number(0, maxJoins),
		"TRUSTED_PROXIES":       proxiesRule().production(),
		"METRICS_LISTEN":        listenRule().production(),
		"FRAME_ANCESTORS":       framersRule().production(),
		"ZONE":                  zoneRule(),
		"LISTEN":                listenRule(),
		"PORT":                  number(0, 65535),
		"CHAT":                  choice("auto", "off"),
		"TRY":                   onOff(),
		"WAIT_MINUTES":          number(5, 240),
		"OPEN_BEFORE_MINUTES":   number(0, 1440),
		"GRACE_MINUTES":         number(0, 1440),
		"GOVERNMENT_CLOUD":      onOff(),
		"REHEARSE":              onOff(),
		"REHEARSAL_HOST":        onOff(),
		"REHEARSAL_ADMIT_SECONDS": {
			Kind: "seconds", Must: "a number of seconds above 0, up to 600", check: checkSeconds,
			Valid: []string{"3", "0.5", "600"}, Invalid: []string{"0", "-1", "601", "3s", "soon", "NaN"},
		},
		"TLS_SELF_SIGNED": onOff(),
	}
	maps.Copy(table, entraRules())
	return table
}

// maxJoins is more than any site has in an hour or a day.
const maxJoins = 1_000_000

func (r rule) production() rule {
	r.Production = true
	return r
}

// must builds a check from a condition.
func (r rule) must(ok func(string) bool) rule {
	r.check = func(value string) error {
		if !ok(value) {
			return errors.New("must be " + r.Must)
		}
		return nil
	}
	return r
}

var digits = regexp.MustCompile(`^[0-9]{1,9}$`)

func number(least, most int) rule {
	r := rule{
		Kind: "number", Must: fmt.Sprintf("a whole number from %d to %d", least, most), Min: &least, Max: &most,
		Valid:   []string{strconv.Itoa(least), strconv.Itoa(most), strconv.Itoa((least + most) / 2)},
		Invalid: []string{strconv.Itoa(least - 1), strconv.Itoa(most + 1), "ten", "7.5", "1e2", " 60", "+60", "0x10", "1,000", "99999999999"},
	}
	return r.must(func(value string) bool {
		n, err := strconv.Atoi(value)
		return err == nil && digits.MatchString(value) && n >= least && n <= most
	})
}

func choice(choices ...string) rule {
	r := rule{
		Kind: "choice", Must: "one of " + strings.Join(choices, ", "), Choices: choices,
		Valid: choices, Invalid: []string{"perhaps", strings.ToUpper(choices[0]), choices[0] + " ", choices[0] + "," + choices[1]},
	}
	return r.must(func(value string) bool { return slices.Contains(choices, value) })
}

// onOff also accepts true, false, 1 and 0.
func onOff() rule {
	r := rule{
		Kind: "choice", Must: "on or off", Choices: []string{"on", "off"},
		Valid: []string{"on", "off", "true", "false", "1", "0"}, Invalid: []string{"yes", "maybe", "2", "on ", "enabled"},
	}
	return r.must(func(value string) bool { return slices.Contains(r.Valid, strings.ToLower(value)) })
}

// isOn reads a value that onOff accepts.
func isOn(value string) bool {
	return slices.Contains([]string{"on", "true", "1"}, strings.ToLower(value))
}

func checkSeconds(value string) error {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || !(seconds > 0 && seconds <= 600) {
		return errors.New("must be a number of seconds above 0, up to 600")
	}
	return nil
}
