package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Reason is why Entra, or this package, rejected a sign-in or a token request. Each has its own
// explanation and next step for the person who reads it.
type Reason string

// The reasons.
const (
	// ConsentRequired: the organisation has not allowed the application to do this; only an
	// administrator can.
	ConsentRequired Reason = "consent-required"
	// ConsentDeclined: the person pressed Cancel when Entra asked for consent.
	ConsentDeclined Reason = "consent-declined"
	// NotAssigned: the account has no role in the application.
	NotAssigned Reason = "not-assigned"
	// Guest: the account is a guest in the tenant, and guests are not accepted.
	Guest Reason = "guest"
	// WrongTenant: the account belongs to another organisation.
	WrongTenant Reason = "wrong-tenant"
	// CredentialExpired: the application's secret or certificate has expired.
	CredentialExpired Reason = "credential-expired" //nolint:gosec // the name of a reason
	// CredentialInvalid: Entra does not accept the application's secret, certificate or federated
	// identity.
	CredentialInvalid Reason = "credential-invalid" //nolint:gosec // the name of a reason
	// Registration: the application's registration does not match the settings: unknown application or
	// tenant, another redirect address, a permission that was not added.
	Registration Reason = "registration"
	// AccountDisabled: the account is disabled, locked or deleted.
	AccountDisabled Reason = "account-disabled"
	// SignInAgain: the sign-in has ended or must be repeated: expired or revoked refresh token, changed
	// password, a second factor.
	SignInAgain Reason = "sign-in-again"
	// Policy: conditional access does not allow this device, place or application.
	Policy Reason = "policy"
	// Cancelled: the person went back without signing in.
	Cancelled Reason = "cancelled"
	// Throttled: Entra asks for a pause.
	Throttled Reason = "throttled"
	// Unavailable: no usable answer in time.
	Unavailable Reason = "unavailable"
	// Stale: the sign-in took longer than its transaction lives, or another browser began it.
	Stale Reason = "stale"
	// Rejected: the answer does not belong to this sign-in, or does not prove the account.
	Rejected Reason = "rejected"
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{
		ConsentRequired, ConsentDeclined, NotAssigned, Guest, WrongTenant, CredentialExpired, CredentialInvalid, Registration,
		AccountDisabled, SignInAgain, Policy, Cancelled, Throttled, Unavailable, Stale, Rejected,
	}
}

// Error is a failed sign-in or token request. Its text holds nothing that Entra wrote besides the number
// of its error.
type Error struct {
	// Op is what was attempted, such as "redeem code".
	Op string
	// Reason is why it failed.
	Reason Reason
	// Code is the number of Entra's error, such as 65001 for "AADSTS65001", or 0.
	Code int
	// Claims is a claims challenge: pass it to [Client.Begin], then try again. Empty when there is none.
	Claims string
	// Correlation is the ID by which Microsoft's support finds the request, or empty.
	Correlation string

	detail string // of ours, never of the answer
}

// Error returns one line for a log.
func (e *Error) Error() string {
	text := e.Op + ": " + string(e.Reason)
	if e.detail != "" {
		text += ": " + e.detail
	}
	if e.Code != 0 {
		text += fmt.Sprintf(" (AADSTS%d)", e.Code)
	}
	if e.Correlation != "" {
		text += " correlation " + e.Correlation
	}
	return text
}

func rejected(op, detail string) *Error { return &Error{Op: op, Reason: Rejected, detail: detail} }

// codes maps Entra's error numbers to reasons. Numbers that are missing fall back on the OAuth error.
var codes = map[int]Reason{
	65001: ConsentRequired, 90094: ConsentRequired, 90093: ConsentRequired, 90095: ConsentRequired, 90008: ConsentRequired,
	65004: ConsentDeclined,
	50105: NotAssigned,
	50020: WrongTenant, 90072: WrongTenant, 51004: WrongTenant, 50178: WrongTenant,
	7000222: CredentialExpired,
	7000215: CredentialInvalid, 7000216: CredentialInvalid, 7000218: CredentialInvalid, 7000212: CredentialInvalid,
	7000213: CredentialInvalid, 700021: CredentialInvalid, 700023: CredentialInvalid, 700024: CredentialInvalid, 700027: CredentialInvalid,
	700211: CredentialInvalid, 700212: CredentialInvalid, 700213: CredentialInvalid, 700030: CredentialInvalid, 50012: CredentialInvalid, 50027: CredentialInvalid,
	700016: Registration, 7000112: Registration, 50011: Registration, 90002: Registration, 500011: Registration, 650052: Registration, 650057: Registration, 650053: Registration,
	70011: Registration, 28000: Registration, 28002: Registration, 700022: Registration, 1002012: Registration, 7000229: Registration, 900144: Registration, 9002325: Registration, 500112: Registration, 700054: Registration, 9002313: Registration, 50194: Registration,
	50057: AccountDisabled, 50034: AccountDisabled, 50053: AccountDisabled, 500571: AccountDisabled,
	50173: SignInAgain, 50132: SignInAgain, 50133: SignInAgain, 50076: SignInAgain, 50078: SignInAgain, 50079: SignInAgain, 50058: SignInAgain, 50055: SignInAgain,
	50074: SignInAgain, 50089: SignInAgain, 70000: SignInAgain, 70008: SignInAgain, 70043: SignInAgain, 700082: SignInAgain,
	700084: SignInAgain, 700081: SignInAgain, 500133: SignInAgain, 50196: SignInAgain, 54005: SignInAgain, 501481: SignInAgain, 16000: SignInAgain, 16001: SignInAgain, 65002: ConsentRequired,
	53000: Policy, 53001: Policy, 53002: Policy, 53003: Policy, 53004: Policy, 53011: Policy, 530031: Policy, 530032: Policy, 530034: Policy, 50005: Policy, 50097: Policy, 50158: Policy,
	90055: Throttled, 50126: SignInAgain,
	90033: Unavailable, 90024: Unavailable, 90036: Unavailable, 90006: Unavailable, 50000: Unavailable, 500033: Unavailable,
}

// oauthErrors maps OAuth's and OpenID Connect's own error codes.
var oauthErrors = map[string]Reason{
	"access_denied": Cancelled, "consent_required": ConsentRequired,
	"interaction_required": SignInAgain, "login_required": SignInAgain, "account_selection_required": SignInAgain, "invalid_grant": SignInAgain,
	"invalid_client": CredentialInvalid, "unauthorized_client": Registration, "invalid_request": Registration,
	"invalid_scope": Registration, "invalid_resource": Registration, "unsupported_response_type": Registration, "unsupported_grant_type": Registration,
	"server_error": Unavailable, "temporarily_unavailable": Unavailable,
}

// failure is the error answer of Entra's token endpoint.
type failure struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Claims        string `json:"claims"`
	CorrelationID string `json:"correlation_id"`
}

// reason reads the answer. Entra's number is more exact than its OAuth error.
func (f failure) reason() (Reason, int) {
	code := 0
	if len(f.Codes) > 0 {
		code = f.Codes[0]
	} else {
		code = numberIn(f.Description)
	}
	if r, ok := codes[code]; ok {
		return r, code
	}
	if r, ok := oauthErrors[f.Error]; ok {
		return r, code
	}
	return Unavailable, code
}

// numberIn finds the number in a description that begins "AADSTS65001: …".
func numberIn(description string) int {
	_, rest, found := strings.Cut(description, "AADSTS")
	if !found {
		return 0
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	if len(digits) > 9 {
		return 0
	}
	number, _ := strconv.Atoi(digits)
	return number
}

// answerError returns the error for an answer of the token endpoint that is not a token.
func answerError(op string, status int, body []byte) *Error {
	if status == 429 {
		return &Error{Op: op, Reason: Throttled}
	}
	var f failure
	if json.Unmarshal(body, &f) != nil || f.Error == "" {
		return &Error{Op: op, Reason: Unavailable, detail: "status " + strconv.Itoa(status)}
	}
	reason, code := f.reason()
	if status >= 500 {
		reason = Unavailable
	}
	e := &Error{Op: op, Reason: reason, Code: code, Correlation: identifier(f.CorrelationID)}
	if json.Valid([]byte(f.Claims)) && len(f.Claims) <= maxClaims {
		e.Claims = f.Claims
	}
	return e
}

// noAnswer returns the error for a request without an answer. It keeps only the kind, because the
// transport's text may contain the address and with it the tenant.
func noAnswer(op string, err error) *Error {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return &Error{Op: op, Reason: Unavailable, detail: "cancelled"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Op: op, Reason: Unavailable, detail: "no answer in time"}
	}
	return &Error{Op: op, Reason: Unavailable, detail: "no connection"}
}

// identifier returns s when it is a plain identifier, otherwise "": the result is logged.
func identifier(s string) string {
	if len(s) > 64 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return s
}
