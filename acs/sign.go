package acs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// signPolicy signs each try with the resource's access key, so that a retry
// carries a fresh date (HMAC-SHA256 scheme of Azure Communication Services).
type signPolicy struct {
	// A function instead of the key, because fmt prints unexported fields and
	// someone may print a client.
	newMAC func() hash.Hash
	now    func() time.Time
}

func newSignPolicy(key []byte, now func() time.Time) *signPolicy {
	return &signPolicy{newMAC: func() hash.Hash { return hmac.New(sha256.New, key) }, now: now}
}

// Do implements [policy.Policy].
func (p *signPolicy) Do(req *policy.Request) (*http.Response, error) {
	var body []byte
	if req.Body() != nil {
		var err error
		if body, err = io.ReadAll(req.Body()); err != nil {
			return nil, fmt.Errorf("read request body to sign it: %w", err)
		}
		if err = req.RewindBody(); err != nil {
			return nil, fmt.Errorf("rewind request body after signing: %w", err)
		}
	}
	raw := req.Raw()
	host := raw.Host
	if host == "" {
		host = raw.URL.Host
	}
	// Not time.RFC1123, which writes UTC where GMT belongs.
	date := p.now().UTC().Format(http.TimeFormat)
	contentHash := hashContent(body)
	raw.Header.Set("x-ms-date", date)
	raw.Header.Set("x-ms-content-sha256", contentHash)
	raw.Header.Set("Authorization", authorization(p.newMAC(), raw.Method, raw.URL.RequestURI(), date, host, contentHash))
	return req.Next()
}

func hashContent(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// authorization returns the Authorization header of a request. target is the path
// with its query, percent-encoded exactly as it is sent.
func authorization(mac hash.Hash, method, target, date, host, contentHash string) string {
	_, _ = io.WriteString(mac, strings.ToUpper(method)+"\n"+target+"\n"+date+";"+host+";"+contentHash)
	return "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" +
		base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
