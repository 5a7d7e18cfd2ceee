package visit

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	oldKey = "an old key, long enough"
	newKey = "a new key, long enough"
	origin = "https://visit.example.org/v/"
)

func keyring(t testing.TB, keys ...string) *Keyring {
	t.Helper()
	k, err := NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t testing.TB, k *Keyring, v Visit) string {
	t.Helper()
	text, err := k.Seal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// variants returns visits that together use every field and every form of a meeting.
func variants(t testing.TB) []Visit {
	var all []Visit
	for _, text := range meetingTexts() {
		v := sample(t, text)
		all = append(all, v)
		v.Name, v.Host = "", ""
		all = append(all, v)
		v.Name, v.Host, v.Phone, v.DialIn = "Zoë Łukasz", strings.Repeat("𝒳", 64), "+44 (0)1234 567-890", DialIn{"+1 323-849-4874", "0123456789"}
		v.Zone, v.Language, v.Role, v.Chat, v.Camera, v.Share, v.Revision = "America/Indiana/Indianapolis", "sr-Latn-RS", RoleAudience, false, true, false, 63
		v.Start, v.Minutes, v.Created = epoch, maxMinutes, time.Time{}
		all = append(all, v)
		v.Name, v.Host, v.DialIn = "aNN-mARIE o'neil jr.", "mcDonald", DialIn{"112", ""}
		v.Zone, v.Language, v.Role = "Pacific/Guam", "el", RoleInterpreter
		v.Start, v.Minutes, v.Created = time.Date(lastYear, 12, 31, 23, 59, 0, 0, time.UTC), 1, epoch
		all = append(all, v)
	}
	return all
}

func TestOpenReturnsTheSealedVisit(t *testing.T) {
	k := keyring(t, newKey)
	for _, v := range variants(t) {
		text := seal(t, k, v)
		got, err := k.Open(text)
		if err != nil || !got.Start.Equal(v.Start) || !same(got, v) {
			t.Errorf("%s, %q by %q: got another visit or error %v", v.Meeting, v.Name, v.Host, err)
		}
		if again := seal(t, k, got); again != text {
			t.Errorf("sealing the opened visit returns %s, want %s", again, text)
		}
	}
}

func TestOpenReturnsEveryZoneLanguageAndMeetingID(t *testing.T) {
	k := keyring(t, newKey)
	check := func(v Visit) {
		if got, err := k.Open(seal(t, k, v)); err != nil || !same(got, v) {
			t.Errorf("zone %s, language %s, meeting %s: got another visit or error %v", v.Zone, v.Language, v.Meeting.ID, err)
		}
	}
	v := sample(t, byID)
	for _, zone := range zones() {
		v.Zone = zone
		check(v)
	}
	for _, tag := range languages() {
		v.Language = tag
		check(v)
	}
	v = sample(t, byID)
	for id := "100000000"; len(id) <= 20; id += "7" {
		v.Meeting.ID = id
		check(v)
	}
	if len(zones()) >= 1<<zoneWidth-1 || len(languages()) >= 1<<languageWidth-1 || len(Roles()) > 1<<widthsOf(1).role && len(Roles()) > 1<<widthsOf(2).role {
		t.Error("a table has more entries than its width in bits allows")
	}
}

// Open must compare all 96 bits of the tag. Each text here is encrypted with a tag in
// which one bit is wrong. Only a holder of the key can make such a text: a random
// change would alter the visit too.
func TestOpenComparesEveryBitOfTheTag(t *testing.T) {
	k := keyring(t, newKey)
	plain, _ := encode(sample(t, byID))
	header := byte(sealVersion<<keyBits) | k.keys[0].number
	sealWith := func(header byte, tag []byte) string {
		body := make([]byte, len(plain))
		k.keys[0].stream(tag).XORKeyStream(body, plain)
		return new(big.Int).SetBytes(slices.Concat([]byte{header}, tag, body)).Text(sealBase)
	}
	tag := k.keys[0].tag(header, plain)
	if _, err := k.Open(sealWith(header, tag)); err != nil {
		t.Fatalf("got %v with the correct tag, want no error", err)
	}
	for bit := range 8 * tagSize {
		wrong := bytes.Clone(tag)
		wrong[bit/8] ^= 1 << (bit % 8)
		if _, err := k.Open(sealWith(header, wrong)); !errors.Is(err, ErrUnknown) {
			t.Errorf("got error %v with bit %d of the tag wrong, want %v", err, bit, ErrUnknown)
		}
	}
	for other := range 256 {
		if other := byte(other); other != header {
			v, err := k.Open(sealWith(other, k.keys[0].tag(other, plain)))
			if !errors.Is(err, ErrUnknown) {
				t.Errorf("header %x: got visit %s and error %v, want %v", other, v, err, ErrUnknown)
			}
		}
	}
	if tagSize != 12 {
		t.Errorf("the tag has %d bits, want 96", 8*tagSize)
	}
}

// Unassigned numbers are kept for later roles and forms of meetings. A link that uses
// one must not open as something else.
func TestDecodeRejectsUnassignedNumbers(t *testing.T) {
	v := sample(t, byID)
	write := func(meeting, role uint64) []byte {
		var w bitWriter
		w.octets(v.ID[:])
		w.put(meeting, widthsOf(2).meeting)
		putDigits(&w, v.Meeting.ID)
		_ = putCode(&w, v.Meeting.Passcode, passcodeWidth)
		putTimes(&w, v)
		putListed(&w, zones(), v.Zone, zoneWidth)
		w.flag(true)
		putListed(&w, languages(), v.Language, languageWidth)
		w.put(role, widthsOf(2).role)
		w.put(0b111, 3)
		w.put(0, revisionWidth)
		putText(&w, "")
		putText(&w, "")
		w.put(0, 2)
		for len(w.bytes)%padding != 0 {
			w.bytes = append(w.bytes, 0)
		}
		return w.bytes
	}
	if got, ok := decode(2, write(uint64(formID), 2)); !ok || got.Role != RoleInterpreter {
		t.Error("role 2 does not decode to an interpreter")
	}
	for role := uint64(len(Roles())); role < 16; role++ {
		if _, ok := decode(2, write(uint64(formID), role)); ok {
			t.Errorf("the unassigned role %d decodes", role)
		}
	}
	for form := uint64(formIDAlone) + 1; form < 8; form++ {
		if _, ok := decode(2, write(form, 0)); ok {
			t.Errorf("the unassigned meeting form %d decodes", form)
		}
	}
}

func TestSealKeepsTheDayOfCreation(t *testing.T) {
	k := keyring(t, newKey)
	v := sample(t, byID)
	for _, created := range []time.Time{
		{},
		epoch, Day(v.Start), Day(v.Start).AddDate(0, 0, -55), Day(v.Start).AddDate(0, 0, -56), Day(v.Start).AddDate(0, 0, 8), Day(v.Start).AddDate(0, 0, 9),
		time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC),
	} {
		v.Created = created
		if got, err := k.Open(seal(t, k, v)); err != nil || got.Created != created {
			t.Errorf("got created %s and error %v, want %s", got.Created, err, created)
		}
	}
}

func TestLinksStayBelowTheirMaximumLength(t *testing.T) {
	k := keyring(t, newKey)
	for _, c := range []struct {
		what, meeting string
		change        func(*Visit)
		limit         int
	}{
		{"ID and passcode", byID, func(*Visit) {}, 120},
		{"ID and passcode, without names", byID, func(v *Visit) { v.Name, v.Host = "", "" }, 100},
		{"ID and passcode, another zone", byID, func(v *Visit) { v.Zone = "America/New_York" }, 120},
		{"ID and passcode, longer names", byID, func(v *Visit) { v.Name, v.Host = "Alexandra Brown", "Dr Asha Rao" }, 120},
		{"ID and passcode, a phone number", byID, func(v *Visit) { v.Phone = "01234 567890" }, 120},
		{"ID and passcode, an interpreter", byID, func(v *Visit) { v.Role, v.Name, v.Language = RoleInterpreter, "", "cy" }, 120},
		{"short link", short, func(*Visit) {}, 140},
		{"classic", classic, func(*Visit) {}, 200},
		{"classic with everything", classic, func(v *Visit) {
			v.Name, v.Host = strings.Repeat("é", 30), strings.Repeat("ß", 30)
			v.Phone, v.DialIn, v.Language = "+44 1234 567890", DialIn{"+44 20 1234 5678", "123456789"}, "ar"
		}, 400},
		{"longest thread", meetingTexts()["longest thread"], func(*Visit) {}, 400},
	} {
		v := sample(t, c.meeting)
		c.change(&v)
		n := len(origin + seal(t, k, v))
		t.Logf("%s: %d characters", c.what, n)
		if n >= c.limit {
			t.Errorf("%s: got %d characters, want fewer than %d", c.what, n, c.limit)
		}
	}
}

func TestOpenReadsTheLongestVisit(t *testing.T) {
	v := sample(t, strings.Replace(meetingTexts()["longest thread"], "Ab-_9Ab", "Ab=_9Ab", 1))
	v.Name, v.Host = strings.Repeat("𝒳", 64), strings.Repeat("𝒴", 64)
	v.Phone, v.DialIn = "(123) 456-789-012 345 67", DialIn{"(123) 456-789-012 345 67", strings.Repeat("9", 20)}
	v.Zone, v.Language, v.Role = "America/Argentina/ComodRivadavia", "de-1901-u-co-phonebk-x-abcdefgh-abc", RoleAudience
	v.Phone, v.DialIn.Number = v.Phone[:20], v.DialIn.Number[:20]
	k := keyring(t, newKey)
	text := seal(t, k, v)
	if got, err := k.Open(text); err != nil || !same(got, v) {
		t.Errorf("%d characters: got another visit or error %v", len(text), err)
	}
	if len(text) > maxSealText-100 {
		t.Errorf("got %d characters, want at most %d to stay well below maxSealText", len(text), maxSealText-100)
	}
	longest := append([]byte{0xff}, bytes.Repeat([]byte{0xff}, tagSize+maxPlain)...)
	if n := len(new(big.Int).SetBytes(longest).Text(sealBase)); n > maxSealText {
		t.Errorf("maxPlain bytes take %d characters, want at most maxSealText, %d", n, maxSealText)
	}
}

func TestPaddingHidesTheLengthOfNames(t *testing.T) {
	k := keyring(t, newKey)
	lengths := map[int]bool{}
	for n := range 24 {
		v := sample(t, byID)
		v.Name = "S" + strings.Repeat("a", n)
		raw, _ := readSeal(seal(t, k, v))
		lengths[len(raw)] = true
	}
	if len(lengths) > 9 {
		t.Errorf("names of 1 to 24 letters make %d lengths, want at most 9", len(lengths))
	}
}

func TestOpenIgnoresPunctuationAroundALink(t *testing.T) {
	k := keyring(t, newKey)
	v := sample(t, byID)
	text := seal(t, k, v)
	for _, around := range []string{"%s.", "%s,", "%s)", "(%s)", "<%s>", " %s\r\n", "%s...", "%s!", "%s\u00a0", "%s\".", "%s/", "%s/.", "\u200b%s\u200b", "%s\ufeff", "%s%%E2%%80%%8B", "%s%%2f", "%s%%20", "\t%s;", "%s).", "%s?"} {
		if got, err := k.Open(fmt.Sprintf(around, text)); err != nil || !same(got, v) {
			t.Errorf(around+": got another visit or error %v", "link", err)
		}
	}
	for _, invalid := range []string{"", ".", " ", "0", "a", strings.Repeat("z", maxSealText), strings.Repeat("z", 1<<20), strings.Repeat(".", 1<<20), "../" + text, text + "/x", text + " x", "%61" + text, text + "%61", text + "%", text + "%zz"} {
		if _, err := k.Open(invalid); !errors.Is(err, ErrUnknown) {
			t.Errorf("%.20q: got %v, want %v", invalid, err, ErrUnknown)
		}
	}
}

func TestKeyRotation(t *testing.T) {
	v := sample(t, byID)
	before, during, after := keyring(t, oldKey), keyring(t, newKey, oldKey), keyring(t, newKey)
	byOld, byNew := seal(t, before, v), seal(t, during, v)
	if byOld == byNew {
		t.Error("Seal does not use the first key of the keyring")
	}
	for _, c := range []struct {
		what string
		k    *Keyring
		text string
		want bool
	}{
		{"old link during the rotation", during, byOld, true},
		{"new link during the rotation", during, byNew, true},
		{"new link after the rotation", after, byNew, true},
		{"old link after the rotation", after, byOld, false},
		{"new link on a replica without the new key", before, byNew, false},
		{"second process, same keys", keyring(t, newKey, oldKey), byNew, true},
		{"keys in another order", keyring(t, oldKey, newKey), byNew, true},
	} {
		if _, err := c.k.Open(c.text); (err == nil) != c.want {
			t.Errorf("%s: got error %v, want opened %v", c.what, err, c.want)
		}
	}
}

func TestNewKeyringRejectsBadKeys(t *testing.T) {
	for what, keys := range map[string][]string{
		"none": nil, "short": {"fifteen letters"}, "second short": {newKey, "short"}, "too many": strings.Split(strings.Repeat(newKey+"|", 9)[:9*len(newKey)+8], "|"),
	} {
		if _, err := NewKeyring(keys); err == nil || strings.Contains(err.Error(), newKey) {
			t.Errorf("%s: got error %v, want one without a key in it", what, err)
		}
	}
}

func TestFormattedKeyringHidesItsKeys(t *testing.T) {
	k := keyring(t, newKey)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&out, verb+"\n", k)
		fmt.Fprintf(&out, verb+"\n", struct{ K *Keyring }{k})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "k", k)
	if strings.Contains(out.String(), fmt.Sprintf("%d", k.keys[0].mac)) || strings.Contains(out.String(), fmt.Sprintf("%x", k.keys[0].mac)) || !strings.Contains(out.String(), "keyring of 1") {
		t.Errorf("got %s, want the number of keys and no key", out.String())
	}
}

func TestSealRejectsInvalidVisits(t *testing.T) {
	v := sample(t, byID)
	v.Host = "Dr\nRao"
	_, err := keyring(t, newKey).Seal(v)
	var f Faults
	if !errors.As(err, &f) || f.Of(FieldHost) != Unreadable {
		t.Errorf("got %v, want %s of %s", err, Unreadable, FieldHost)
	}
}

// The time that Open takes must not show whether a text is a link. Every key is tried
// on bytes of about a visit's length, also for a text that is not a link.
func TestUnknownTextsTakeAsMuchWorkAsLinks(t *testing.T) {
	raw, ok := readSeal("no such link at all!")
	known, _ := readSeal(seal(t, keyring(t, newKey), sample(t, byID)))
	if ok || len(raw) < len(known)-8 || len(raw) > len(known)+8 {
		t.Errorf("readSeal returns %d bytes for an unknown text and %d for a link, want about the same", len(raw), len(known))
	}
}
