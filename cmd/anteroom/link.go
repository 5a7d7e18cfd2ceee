package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/batch"
	"github.com/anteroom-visit/anteroom/visit/date"
	"github.com/anteroom-visit/anteroom/visit/invitation"
)

// linkCommand does on the command line what the desk does on a page.
type linkCommand struct {
	Make linkMakeCommand `cmd:"" default:"withargs" help:"Make a link to a visit (the default command)."`
	Open linkOpenCommand `cmd:"" help:"Show the visit in a link."`
}

type linkMakeCommand struct {
	linkSettings
	brandSettings
	GovernmentCloud toggle `name:"government-cloud" setting:"" help:"Accept GCC High and DoD meetings."`

	Meeting    string `placeholder:"TEXT" help:"The meeting: a link, a meeting ID or a whole invitation; - reads standard input."`
	Passcode   string `placeholder:"TEXT" help:"Passcode of a meeting ID."`
	NoPasscode bool   `name:"no-passcode" help:"The meeting has no passcode."`
	Cancelled  bool   `name:"even-cancelled" help:"Make the link although the invitation cancels the meeting."`
	Name       string `placeholder:"TEXT" help:"The visitor's name; without it the visitor types one."`
	Host       string `placeholder:"TEXT" help:"Whom the visitor meets, such as Dr Asha Rao."`
	Start      string `placeholder:"TIME" help:"Start in the visitor's zone, such as 2026-11-24T14:30, or now."`
	Minutes    string `placeholder:"N" help:"Length in minutes; 15 by default."`
	End        string `placeholder:"TIME" help:"End, instead of a length."`
	Zone       string `placeholder:"ZONE" help:"The visitor's time zone; Europe/London by default."`
	Language   string `placeholder:"TAG" help:"The visitor's language; en-GB by default."`
	Role       string `placeholder:"ROLE" help:"guest, companion, interpreter or audience."`
	Phone      string `placeholder:"NUMBER" help:"Number to call when joining fails, if not the site's."`
	DialIn     string `name:"dial-in" placeholder:"NUMBER" help:"The meeting's own phone number."`
	Conference string `placeholder:"DIGITS" help:"Conference ID to type after that number."`
	Chat       string `placeholder:"on|off" help:"Whether the visitor has the chat."`
	Camera     string `placeholder:"on|off" help:"Whether the visitor has a camera."`
	Share      string `placeholder:"on|off" help:"Whether the visitor can share a screen."`
	DateOrder  string `name:"date-order" enum:",dmy,mdy,ymd" default:"" placeholder:"ORDER" help:"Order of dates such as 5/6/2027: dmy, mdy or ymd. Without it, the rest of the file or the country of the zone decides; if neither does, the date is rejected."`
	Replaces   string `placeholder:"URL" help:"Link to the same visit before it was moved: the calendar entry moves too."`

	JSON bool   `name:"json" xor:"form" help:"Answer as JSON, with text message and e-mail."`
	ICS  bool   `name:"ics" xor:"form" help:"Answer with a calendar file."`
	QR   bool   `name:"qr" xor:"form" help:"Answer with a QR code, as SVG."`
	CSV  string `name:"csv" xor:"form" placeholder:"FILE" help:"Make a link for each row of a CSV with the flags' names as headings; - reads standard input."`
}

// linkMaker is the checked form of linkSettings; unset values are nil.
type linkMaker struct {
	baseURL  *url.URL
	linkKeys *visit.Keyring
}

// maker returns the settings for a command that needs both of them.
func (s linkSettings) maker(m *mistakes) (linkMaker, error) {
	if s.BaseURL == "" {
		m.add("BASE_URL", "must be set to make links")
	}
	if s.LinkKeys.Reveal() == "" {
		m.add("LINK_KEYS", "must be set, to the same as the site's")
	}
	return s.checked(), m.err()
}

func (l linkMaker) link(v visit.Visit) (string, error) {
	text, err := l.linkKeys.Seal(v)
	if err != nil {
		return "", err
	}
	return l.baseURL.JoinPath("v", text).String(), nil
}

// Run makes one link, or one for each row of a CSV.
func (l linkMakeCommand) Run(c console, env environ) error {
	links, err := l.maker(newMistakes(&l, env))
	if err != nil {
		return err
	}
	if l.CSV != "" {
		return l.batch(c, links)
	}
	v, err := l.visit(c, links)
	if err != nil {
		return err
	}
	link, err := links.link(v)
	if err != nil {
		return err
	}
	if v.End().Before(c.now()) {
		_, err := fmt.Fprintf(c.err, "anteroom: --start: the visit has already ended, at %s; the link is made all the same\n", v.End().In(v.Location()).Format("15:04 on Monday 2 January 2006"))
		if err != nil {
			return err
		}
	}
	if !l.JSON && !l.ICS && !l.QR {
		_, err := fmt.Fprintln(c.out, link)
		return err
	}
	return l.print(c, v, link)
}

func (l linkMakeCommand) draft() visit.Draft {
	order, _ := date.ParseOrder(l.DateOrder) // one of the flag's values, or none
	return visit.Draft{
		Meeting: l.Meeting, Passcode: l.Passcode, NoPasscode: l.NoPasscode, EvenCancelled: l.Cancelled, Name: l.Name, Host: l.Host, Start: l.Start, Minutes: l.Minutes, End: l.End,
		Zone: l.Zone, Language: l.Language, Role: l.Role, Phone: l.Phone, DialIn: l.DialIn, Conference: l.Conference,
		Chat: l.Chat, Camera: l.Camera, Share: l.Share, DateOrder: order,
	}
}

func (l linkMakeCommand) rules() teams.Rules {
	return teams.Rules{GovernmentCloud: l.GovernmentCloud.on()}
}

// visit makes the visit that the flags describe.
func (l linkMakeCommand) visit(c console, links linkMaker) (visit.Visit, error) {
	draft := l.draft()
	if draft.Meeting == "-" {
		read, err := io.ReadAll(io.LimitReader(c.in, maxInput))
		if err != nil {
			return visit.Visit{}, fmt.Errorf("read standard input: %w", err)
		}
		draft.Meeting = string(read)
	}
	v, err := draft.Visit(c.now(), l.rules())
	if err != nil {
		return visit.Visit{}, l.explain(c, draft, err)
	}
	if l.Replaces != "" {
		before, err := links.linkKeys.Open(sealOf(l.Replaces))
		if err != nil {
			return visit.Visit{}, fmt.Errorf("--replaces: %w", err)
		}
		v.ID, v.Revision = before.ID, before.Revision+1
	}
	return v, nil
}

// explain returns the error for a draft that makes no visit. If the meeting raises a question, it prints
// the choices first.
func (l linkMakeCommand) explain(c console, draft visit.Draft, err error) error {
	reading := l.rules().Read(teams.Input{Text: draft.Meeting, Passcode: draft.Passcode, NoPasscode: draft.NoPasscode})
	if reading.Question == nil {
		return flagFaults(err)
	}
	if l.JSON {
		if err := writeJSON(c.out, reading); err != nil {
			return err
		}
		return errQuiet
	}
	catalogue, loadErr := locales.Load()
	if loadErr != nil {
		return loadErr
	}
	if _, err := io.WriteString(c.err, questionLines(catalogue.Match(""), *reading.Question)); err != nil {
		return err
	}
	return flagFaults(err)
}

// flagFaults returns an error with one line for each fault, which names the flag.
func flagFaults(err error) error {
	var faults visit.Faults
	if !errors.As(err, &faults) {
		return err
	}
	lines := make([]error, len(faults))
	for i, f := range faults {
		lines[i] = fmt.Errorf("--%w", f)
	}
	return errors.Join(lines...)
}

// madeLink is the output as JSON. It contains the link on purpose.
type madeLink struct {
	Link        string                 `json:"link"`
	ID          string                 `json:"id"`
	Start       time.Time              `json:"start"`
	End         time.Time              `json:"end"`
	TextMessage invitation.TextMessage `json:"textMessage"`
	ShortText   invitation.TextMessage `json:"shortTextMessage"`
	Email       invitation.Email       `json:"email"`
}

// print prints the link in the chosen form.
func (l linkMakeCommand) print(c console, v visit.Visit, link string) error {
	catalogue, err := locales.Load()
	if err != nil {
		return err
	}
	i, err := invitation.New(v, link, invitation.Brand{Name: l.BrandName, Phone: l.BrandPhone}, catalogue, c.now())
	if err != nil {
		return err
	}
	if l.JSON {
		zone := v.Location()
		return writeJSON(c.out, madeLink{link, v.ID.String(), v.Start.In(zone), v.End().In(zone), i.TextMessage(), i.ShortTextMessage(), i.Email()})
	}
	write := i.SVG
	if l.ICS {
		write = i.Calendar
	}
	text, err := write()
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.out, text)
	return err
}

// batch makes a link for each row of a CSV. The flags are the defaults of empty cells.
func (l linkMakeCommand) batch(c console, links linkMaker) error {
	in := c.in
	if l.CSV != "-" {
		file, err := os.Open(l.CSV)
		if err != nil {
			return fmt.Errorf("--csv: %w", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	ended := 0
	link := func(v visit.Visit) (string, error) {
		if v.End().Before(c.now()) {
			ended++
		}
		return links.link(v)
	}
	maker := batch.Maker{Link: link, Defaults: l.draft(), Rules: l.rules(), Now: c.now()}
	result, err := maker.Make(c.out, in)
	if err != nil {
		return err
	}
	if ended > 0 {
		if _, err := fmt.Fprintf(c.err, "anteroom: visits that have already ended: %d; their links are made all the same\n", ended); err != nil {
			return err
		}
	}
	for _, p := range result.Problems {
		if _, err := fmt.Fprintf(c.err, "anteroom: %v\n", p); err != nil {
			return err
		}
	}
	if d := result.Doubt; d != nil && l.DateOrder == "" {
		if err := l.ask(c, *d); err != nil {
			return err
		}
	}
	if len(result.Problems) > 0 {
		return errQuiet
	}
	return nil
}

// ask prints what an ambiguous date means in each order.
func (l linkMakeCommand) ask(c console, doubt batch.Date) error {
	for _, r := range doubt.Readings {
		_, err := fmt.Fprintf(c.err, "anteroom: with --date-order=%s, the date in line %d is %s\n", r.Orders, doubt.Line, r.At.Format("Monday 2 January 2006"))
		if err != nil {
			return err
		}
	}
	return nil
}

// sealOf returns the part of a link after /v/, or the text itself.
func sealOf(link string) string {
	if _, seal, found := strings.Cut(link, "/v/"); found {
		return seal
	}
	return link
}
