package visit

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
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

// variants are visits that use every field.
func variants(t testing.TB) []Visit {
	var all []Visit
	for _, text := range meetingTexts() {
		v := sample(t, text)
		all = append(all, v)
		v.Name, v.Host = "", ""
		all = append(all, v)
		v.Name, v.Host, v.Phone, v.DialIn = "Zoë Łukasz", strings.Repeat("𝒳", 64), "+44 (0)1234 567-890", DialIn{"+1 323-849-4874", "0123456789"}
		v.Zone, v.Language, v.Role, v.Chat, v.Camera, v.Share, v.Revision = "America/Indiana/Indianapolis", "sr-Latn-RS", RoleAudience, false, true, false, 63
		v.Start, v.Minutes = epoch, maxMinutes
		all = append(all, v)
		v.Name, v.Host, v.DialIn = "aNN-mARIE o'neil jr.", "mcDonald", DialIn{"112", ""}
		v.Zone, v.Language, v.Role = "Pacific/Guam", "el", RoleInterpreter
		v.Start, v.Minutes = time.Date(lastYear, 12, 31, 23, 59, 0, 0, time.UTC), 1
		all = append(all, v)
	}
	return all
}

func TestSealOpens(t *testing.T) {
	k := keyring(t, newKey)
	for _, v := range variants(t) {
		text := seal(t, k, v)
		got, err := k.Open(text)
		if err != nil || !got.Start.Equal(v.Start) || !same(got, v) {
			t.Errorf("%s, %q by %q: %v", v.Meeting, v.Name, v.Host, err)
		}
		if again := seal(t, k, got); again != text {
			t.Error("sealed again, it is another text")
		}
	}
}

func TestEveryListedZoneLanguageAndNumberOpens(t *testing.T) {
	k := keyring(t, newKey)
	check := func(v Visit) {
		if got, err := k.Open(seal(t, k, v)); err != nil || !same(got, v) {
			t.Errorf("%s %s: %v", v.Zone, v.Language, err)
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
	if len(zones()) >= 1<<zoneWidth-1 || len(languages()) >= 1<<languageWidth-1 || len(Roles()) > 1<<roleWidth {
		t.Error("a table is longer than its number")
	}
}

// What a link means must not change: links live for months. A change that breaks
// this needs a new sealVersion beside the old one.
func TestSealedFormIsStable(t *testing.T) {
	k := keyring(t, oldKey)
	for _, c := range []struct{ meeting, text string }{
		{byID, goldenByID},
		{short, goldenShort},
		{classic, goldenClassic},
	} {
		v := sample(t, c.meeting)
		if got := seal(t, k, v); got != c.text {
			t.Errorf("sealed as\n%s, want\n%s", got, c.text)
		}
		if got, err := k.Open(c.text); err != nil || !same(got, v) {
			t.Errorf("%s does not open: %v", c.text, err)
		}
	}
}

func TestLengthOfLinks(t *testing.T) {
	k := keyring(t, newKey)
	for _, c := range []struct {
		what, meeting string
		change        func(*Visit)
		under         int
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
		if n >= c.under {
			t.Errorf("%s: %d characters, must be under %d", c.what, n, c.under)
		}
	}
}

// The longest visit that is valid opens, and is far from the limit of what is read.
func TestLongestVisit(t *testing.T) {
	v := sample(t, strings.Replace(meetingTexts()["longest thread"], "Ab-_9Ab", "Ab=_9Ab", 1))
	v.Name, v.Host = strings.Repeat("𝒳", 64), strings.Repeat("𝒴", 64)
	v.Phone, v.DialIn = "(123) 456-789-012 345 67", DialIn{"(123) 456-789-012 345 67", strings.Repeat("9", 20)}
	v.Zone, v.Language, v.Role = "America/Argentina/ComodRivadavia", "de-1901-u-co-phonebk-x-abcdefgh-abc", RoleAudience
	v.Phone, v.DialIn.Number = v.Phone[:20], v.DialIn.Number[:20]
	k := keyring(t, newKey)
	text := seal(t, k, v)
	if got, err := k.Open(text); err != nil || !same(got, v) {
		t.Errorf("%d characters: %v", len(text), err)
	}
	if len(text) > maxSealText-100 {
		t.Errorf("%d characters of %d", len(text), maxSealText)
	}
	longest := append([]byte{0xff}, bytes.Repeat([]byte{0xff}, tagSize+maxPlain)...)
	if n := len(new(big.Int).SetBytes(longest).Text(sealBase)); n > maxSealText {
		t.Errorf("maxPlain takes %d characters, %d are read", n, maxSealText)
	}
}

func TestPaddingHidesTheLength(t *testing.T) {
	k := keyring(t, newKey)
	lengths := map[int]bool{}
	for n := range 24 {
		v := sample(t, byID)
		v.Name = "S" + strings.Repeat("a", n)
		raw, _ := readSeal(seal(t, k, v))
		lengths[len(raw)] = true
	}
	if len(lengths) > 9 {
		t.Errorf("names of 1 to 24 letters show %d lengths", len(lengths))
	}
}

func TestPunctuationAroundALink(t *testing.T) {
	k := keyring(t, newKey)
	v := sample(t, byID)
	text := seal(t, k, v)
	for _, around := range []string{"%s.", "%s,", "%s)", "(%s)", "<%s>", " %s\r\n", "%s...", "%s!", "%s\u00a0", "%s\".", "\t%s;", "%s).", "%s?"} {
		if got, err := k.Open(fmt.Sprintf(around, text)); err != nil || !same(got, v) {
			t.Errorf(around+": %v", "link", err)
		}
	}
	for _, not := range []string{"", ".", " ", "0", "a", strings.Repeat("z", maxSealText), strings.Repeat("z", 1<<20), strings.Repeat(".", 1<<20), "../" + text, text + "/", text + " x", "%61" + text} {
		if _, err := k.Open(not); !errors.Is(err, ErrUnknown) {
			t.Errorf("%.20q: %v", not, err)
		}
	}
}

func TestRotation(t *testing.T) {
	v := sample(t, byID)
	before, during, after := keyring(t, oldKey), keyring(t, newKey, oldKey), keyring(t, newKey)
	byOld, byNew := seal(t, before, v), seal(t, during, v)
	if byOld == byNew {
		t.Error("the newest key does not seal")
	}
	for _, c := range []struct {
		what string
		k    *Keyring
		text string
		want bool
	}{
		{"old link during", during, byOld, true},
		{"new link during", during, byNew, true},
		{"new link after", after, byNew, true},
		{"old link after", after, byOld, false},
		{"new link, replica not yet told", before, byNew, false},
		{"second process, same keys", keyring(t, newKey, oldKey), byNew, true},
		{"keys in another order", keyring(t, oldKey, newKey), byNew, true},
	} {
		if _, err := c.k.Open(c.text); (err == nil) != c.want {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestKeysAreChecked(t *testing.T) {
	for what, keys := range map[string][]string{
		"none": nil, "short": {"fifteen letters"}, "second short": {newKey, "short"}, "too many": strings.Split(strings.Repeat(newKey+"|", 9)[:9*len(newKey)+8], "|"),
	} {
		if _, err := NewKeyring(keys); err == nil || strings.Contains(err.Error(), newKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestKeyringPrintsNoKey(t *testing.T) {
	k := keyring(t, newKey)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&out, verb+"\n", k)
		fmt.Fprintf(&out, verb+"\n", struct{ K *Keyring }{k})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "k", k)
	if strings.Contains(out.String(), fmt.Sprintf("%d", k.keys[0].mac)) || strings.Contains(out.String(), fmt.Sprintf("%x", k.keys[0].mac)) || !strings.Contains(out.String(), "keyring of 1") {
		t.Error(out.String())
	}
}

func TestSealRefusesWhatIsNotValid(t *testing.T) {
	v := sample(t, byID)
	v.Host = "Dr\nRao"
	_, err := keyring(t, newKey).Seal(v)
	var f Faults
	if !errors.As(err, &f) || f.Of(FieldHost) != Unreadable {
		t.Errorf("%v", err)
	}
}

// An unknown text costs the work that a known one does: every key is tried on
// bytes of about a visit's length, whatever the text is.
func TestUnknownTextIsWorkedOn(t *testing.T) {
	raw, ok := readSeal("no such link at all!")
	known, _ := readSeal(seal(t, keyring(t, newKey), sample(t, byID)))
	if ok || len(raw) < len(known)-8 || len(raw) > len(known)+8 {
		t.Errorf("%d bytes are worked on for nothing, %d for a visit", len(raw), len(known))
	}
}
