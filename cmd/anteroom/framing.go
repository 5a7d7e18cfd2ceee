package main

import "github.com/anteroom-visit/anteroom/handlers"

// checkFraming reads who may show the site in a frame.
func (s serveCommand) checkFraming(m *mistakes, out *site) {
	var err error
	if out.framers, err = handlers.ParseFrameAncestors(s.FrameAncestors); err != nil {
		m.add("frame-ancestors", "FRAME_ANCESTORS", "%w", err)
	}
	https := s.TLSSelfSigned || out.baseURL != nil && out.baseURL.Scheme == "https"
	if len(out.framers) > 0 && !https {
		m.add("frame-ancestors", "FRAME_ANCESTORS", "needs a --base-url (BASE_URL) of https: browsers keep no cookie in a frame without it")
	}
}
