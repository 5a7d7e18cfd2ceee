package main

import (
	"net/url"

	"github.com/anteroom-visit/anteroom/handlers/policy"
)

// checkFraming reads who may show the site in a frame.
func (s serveCommand) checkFraming(m *mistakes, baseURL *url.URL) []string {
	framers, err := policy.ParseFrameAncestors(s.FrameAncestors)
	if err != nil {
		m.add("frame-ancestors", "FRAME_ANCESTORS", "%w", err)
	}
	https := s.TLSSelfSigned || baseURL != nil && baseURL.Scheme == "https"
	if len(framers) > 0 && !https {
		m.add("frame-ancestors", "FRAME_ANCESTORS", "needs a --base-url (BASE_URL) of https: browsers keep no cookie in a frame without it")
	}
	return framers
}
