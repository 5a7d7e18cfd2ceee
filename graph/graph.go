// Package graph creates Teams meetings through Microsoft Graph, as the member of staff whose access token
// is passed in. It is a small client for one operation, built on azcore, independent of sign-in and visits.
//
// Source: Microsoft Graph v1.0, "Create onlineMeeting". A meeting made this way appears in nobody's
// calendar.
package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/anteroom-visit/anteroom/secret"
)

// PublicEndpoint is Graph for the public cloud.
const PublicEndpoint = "https://graph.microsoft.com"

const (
	callTimeout = 15 * time.Second // of one call with its retries
	maxAnswer   = 256 << 10        // bytes of one answer; a meeting has about 5 KiB
)

// Lobby is who enters the meeting without waiting, by Graph's own names (lobbyBypassScope).
type Lobby string

// The choices that make sense for a visit: visitors join anonymously, so "everyone" removes the lobby.
const (
	LobbyOrganizer    Lobby = "organizer"
	LobbyOrganization Lobby = "organization"
	LobbyEveryone     Lobby = "everyone"
)

// NewMeeting describes a meeting to create.
type NewMeeting struct {
	Subject    string
	Start, End time.Time
	Lobby      Lobby
}

// Meeting is a created meeting.
type Meeting struct {
	// JoinURL is the link that Teams' own invitation has.
	JoinURL string
	// ID and Passcode join the same meeting without the link; both may be empty.
	ID, Passcode string
	// Phone and ConferenceID join by phone; both are empty without a dial-in licence.
	Phone, ConferenceID string
}

// Client creates meetings. It is safe for concurrent use.
type Client struct {
	endpoint string
	pipeline runtime.Pipeline
}

// NewClient returns a client for an endpoint, [PublicEndpoint] when empty. It must be an https origin,
// except on loopback. Options may be nil; of their retry options, only the delay is used.
func NewClient(endpoint string, options *azcore.ClientOptions) (*Client, error) {
	if endpoint == "" {
		endpoint = PublicEndpoint
	}
	u, err := url.Parse(strings.TrimSuffix(endpoint, "/"))
	if err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && !strings.HasPrefix(u.Host, "127.0.0.1:") {
		return nil, fmt.Errorf("configure Graph: the endpoint must be an https origin")
	}
	var o azcore.ClientOptions
	if options != nil {
		o = *options
	}
	if o.Transport == nil {
		o.Transport = &http.Client{Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	// One retry: a clerk waits for the answer. Creating is not idempotent, so only a refusal for load is
	// tried again, never a lost answer.
	o.Retry.MaxRetries, o.Retry.TryTimeout, o.Retry.MaxRetryDelay = 1, callTimeout, 5*time.Second
	o.Retry.ShouldRetry = func(resp *http.Response, err error) bool {
		return err == nil && (resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable)
	}
	return &Client{endpoint: u.String(), pipeline: runtime.NewPipeline("graph", "v1.0", runtime.PipelineOptions{}, &o)}, nil
}

type createBody struct {
	Subject string       `json:"subject"`
	Start   string       `json:"startDateTime"`
	End     string       `json:"endDateTime"`
	Lobby   lobbyBody    `json:"lobbyBypassSettings"`
	JoinID  joinSettings `json:"joinMeetingIdSettings"`
}

type lobbyBody struct {
	Scope Lobby `json:"scope"`
	// DialIn lets callers skip the lobby.
	DialIn bool `json:"isDialInBypassEnabled"`
}

type joinSettings struct {
	ID                 string `json:"joinMeetingId,omitempty"`
	Passcode           string `json:"passcode,omitempty"`
	IsPasscodeRequired bool   `json:"isPasscodeRequired"`
}

type createAnswer struct {
	JoinURL string        `json:"joinWebUrl"`
	JoinID  *joinSettings `json:"joinMeetingIdSettings"`
	Audio   *struct {
		ConferenceID string   `json:"conferenceId"`
		Toll         string   `json:"tollNumber"`
		TollNumbers  []string `json:"tollNumbers"`
	} `json:"audioConferencing"`
}

// CreateMeeting creates a meeting whose organiser is the account of the token, which needs the delegated
// permission OnlineMeetings.ReadWrite. Every failure is an [*Error].
func (c *Client) CreateMeeting(ctx context.Context, token secret.Text, m NewMeeting) (Meeting, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := runtime.NewRequest(ctx, http.MethodPost, c.endpoint+"/v1.0/me/onlineMeetings")
	if err != nil {
		return Meeting{}, &Error{Reason: Unavailable}
	}
	req.Raw().Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Raw().Header.Set("Accept", "application/json")
	body := createBody{
		Subject: m.Subject, Start: m.Start.UTC().Format(time.RFC3339), End: m.End.UTC().Format(time.RFC3339),
		Lobby: lobbyBody{Scope: m.Lobby}, JoinID: joinSettings{IsPasscodeRequired: true},
	}
	if err := runtime.MarshalAsJSON(req, body); err != nil {
		return Meeting{}, &Error{Reason: Unavailable}
	}
	runtime.SkipBodyDownload(req)
	resp, err := c.pipeline.Do(req)
	if err != nil {
		return Meeting{}, &Error{Reason: Unavailable}
	}
	defer resp.Body.Close()
	return read(resp)
}

func read(resp *http.Response) (Meeting, error) {
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	if resp.StatusCode != http.StatusCreated && resp.StatusCode != http.StatusOK {
		return Meeting{}, answerError(resp)
	}
	var a createAnswer
	if json.NewDecoder(resp.Body).Decode(&a) != nil || !strings.HasPrefix(a.JoinURL, "https://") {
		return Meeting{}, &Error{Reason: Unavailable, Status: resp.StatusCode}
	}
	made := Meeting{JoinURL: a.JoinURL}
	if a.JoinID != nil {
		made.ID, made.Passcode = strings.ReplaceAll(a.JoinID.ID, " ", ""), a.JoinID.Passcode
	}
	if a.Audio != nil {
		made.Phone, made.ConferenceID = a.Audio.Toll, a.Audio.ConferenceID
		if made.Phone == "" && len(a.Audio.TollNumbers) > 0 {
			made.Phone = a.Audio.TollNumbers[0]
		}
	}
	return made, nil
}
