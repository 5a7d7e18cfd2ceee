package visit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/url"
	"strings"
)

// A seal is one header byte (three bits of version, five of the key's number), a
// tag of 12 bytes and the encrypted visit, written as one number in base 36.
//
// The encryption is SIV (Rogaway and Shrimpton 2006, the construction of RFC
// 5297): the tag is HMAC-SHA-256 over header and visit, cut to 96 bits, and it is
// also the initial counter of AES-256-CTR. There is no nonce to lose, repeat or
// carry in the link: two seals are equal only if the visits are. XChaCha20-Poly1305
// would add 28 bytes, 44 characters of a link that has to fit a text message.
//
// Why 96 bits are enough. Forging: every attempt needs our server, and at 10,000
// attempts a second for a hundred years the probability of one success is 2^-51.
// Colliding tags, which would reveal the XOR of two visits: 2^-33 among four
// billion links under one key.
//
// The alphabet is a-z and 0-9. Nothing in it needs escaping, no mail program
// breaks a line at it, and changing an address to lower case does no harm. Text
// in another case does not open.
const (
	sealVersion = 2
	tagSize     = 12
	headerSize  = 1
	keyBits     = 5
	sealBase    = 36
	// typicalPlain is about what a visit by meeting ID takes.
	typicalPlain = 40
	// maxSealText is what maxPlain, tag and header take in base 36.
	maxSealText = 1608

	maxKeys = 8
)

// MinKeyLength is the shortest key that NewKeyring accepts, in bytes.
const MinKeyLength = 16

// ErrUnknown is the only error of Open, whatever the reason.
var ErrUnknown = errors.New("open link: no visit here")

// Keyring seals visits into links and opens them. It is safe for concurrent use
// and prints none of its keys.
type Keyring struct {
	keys []linkKey
}

// linkKey is derived from one of the operator's keys.
type linkKey struct {
	number  byte // keyBits of it
	mac     []byte
	encrypt cipher.Block
}

// NewKeyring returns a keyring of the operator's keys, newest first: 1 to 8, each
// at least 16 bytes. The first one seals, all of them open. Put a new key first;
// drop an old one when the last visit that it sealed has ended.
func NewKeyring(keys []string) (*Keyring, error) {
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, fmt.Errorf("make keyring: %d keys, 1 to %d are possible", len(keys), maxKeys)
	}
	k := new(Keyring)
	for i, key := range keys {
		if len(key) < MinKeyLength {
			return nil, fmt.Errorf("make keyring: key %d of the list is shorter than %d characters", i+1, MinKeyLength)
		}
		derived, err := derive(key)
		if err != nil {
			return nil, fmt.Errorf("make keyring: key %d of the list: %w", i+1, err)
		}
		k.keys = append(k.keys, derived)
	}
	return k, nil
}

func derive(key string) (linkKey, error) {
	var out linkKey
	number, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom link key number", 1)
	if err != nil {
		return linkKey{}, err
	}
	out.number = number[0] & (1<<keyBits - 1)
	if out.mac, err = hkdf.Key(sha256.New, []byte(key), nil, "anteroom link authentication", 32); err != nil {
		return linkKey{}, err
	}
	encryption, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom link encryption", 32)
	if err != nil {
		return linkKey{}, err
	}
	out.encrypt, err = aes.NewCipher(encryption)
	return out, err
}

// Seal returns the part of the visit's link after /v/: letters and digits only.
// The same visit under the same key gives the same text. The error is Faults if
// the visit is not valid.
func (k *Keyring) Seal(v Visit) (string, error) {
	if err := v.Validate(); err != nil {
		return "", fmt.Errorf("seal visit: %w", err)
	}
	v.Start = v.Start.UTC()
	plain, ok := encode(v)
	if !ok {
		return "", errors.New("seal visit: the meeting has no encoding")
	}
	if again, ok := decode(sealVersion, plain); !ok || !again.Start.Equal(v.Start) || !same(again, v) {
		return "", errors.New("seal visit: the encoding does not decode to the same visit")
	}
	return new(big.Int).SetBytes(k.keys[0].seal(plain)).Text(sealBase), nil
}

// same compares everything except the start, whose location may differ.
func same(a, b Visit) bool {
	a.Start = b.Start
	return a == b
}

// Open returns the visit of a sealed text, even if it has ended: see Visit.State.
// It ignores what often gets stuck to a link: spaces, the punctuation of the
// sentence around it, a slash, invisible characters. The error is ErrUnknown for
// everything that Seal did not make with one of the keys, and takes the same time
// for all of it, so that a forger learns nothing.
func (k *Keyring) Open(text string) (Visit, error) {
	sealed, ok := readSeal(text)
	var plain []byte
	for _, key := range k.keys {
		if opened, good := key.open(sealed); good && ok {
			plain = opened
		}
	}
	if plain == nil {
		return Visit{}, ErrUnknown
	}
	v, ok := decode(versionOf(sealed[0]), plain)
	if !ok {
		return Visit{}, ErrUnknown
	}
	return v, nil
}

// Inspect returns the place in the list, from 1, of the key that sealed a text, 0 for none, and whether the
// text has the form of a seal at all. A forger may learn that.
func (k *Keyring) Inspect(text string) (key int, isSeal bool) {
	sealed, isSeal := readSeal(text)
	for i, candidate := range k.keys {
		if _, good := candidate.open(sealed); good && isSeal {
			return i + 1, true
		}
	}
	return 0, isSeal
}

// readSeal returns the bytes of a text, or for anything else as many zeros as a
// short visit has.
func readSeal(text string) ([]byte, bool) {
	none := make([]byte, headerSize+tagSize+typicalPlain)
	if len(text) > 2*maxSealText {
		return none, false
	}
	text = trimAround(text)
	if text == "" || len(text) > maxSealText || text[0] == '0' || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return none, false
	}
	n, ok := new(big.Int).SetString(text, sealBase)
	if !ok {
		return none, false
	}
	sealed := n.Bytes()
	if len(sealed) < headerSize+tagSize+padding || len(sealed) > headerSize+tagSize+maxPlain {
		return none, false
	}
	return sealed, true
}

const (
	invisible = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
	before    = " \t\r\n\u00a0<(" + invisible
	after     = " \t\r\n\u00a0.,;:!?/)]>'\"\u2019\u201d\u2026" + invisible
)

// trimAround removes what is not part of a link, also percent-encoded at its end.
func trimAround(text string) string {
	text = strings.TrimRight(strings.TrimLeft(text, before), after)
	if seal, encoded, found := strings.Cut(text, "%"); found {
		if rest, err := url.PathUnescape("%" + encoded); err == nil && strings.Trim(rest, after) == "" {
			return seal
		}
	}
	return text
}

func (k linkKey) seal(plain []byte) []byte {
	header := byte(sealVersion<<keyBits) | k.number
	tag := k.tag(header, plain)
	sealed := make([]byte, headerSize+tagSize+len(plain))
	sealed[0] = header
	copy(sealed[headerSize:], tag)
	k.stream(tag).XORKeyStream(sealed[headerSize+tagSize:], plain)
	return sealed
}

// open does the same work for every text of the same length.
func (k linkKey) open(sealed []byte) ([]byte, bool) {
	tag := sealed[headerSize : headerSize+tagSize]
	plain := make([]byte, len(sealed)-headerSize-tagSize)
	k.stream(tag).XORKeyStream(plain, sealed[headerSize+tagSize:])
	good := subtle.ConstantTimeCompare(tag, k.tag(sealed[0], plain)) &
		subtle.ConstantTimeByteEq(sealed[0]&(1<<keyBits-1), k.number) &
		subtle.ConstantTimeLessOrEq(1, versionOf(sealed[0])) &
		subtle.ConstantTimeLessOrEq(versionOf(sealed[0]), sealVersion)
	return plain, good == 1
}

func versionOf(header byte) int { return int(header >> keyBits) }

func (k linkKey) tag(header byte, plain []byte) []byte {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte{header})
	h.Write(plain)
	return h.Sum(nil)[:tagSize]
}

// stream counts blocks in the last 32 bits, more than maxPlain needs, so no two
// tags share a block.
func (k linkKey) stream(tag []byte) cipher.Stream {
	var counter [aes.BlockSize]byte
	copy(counter[:], tag)
	return cipher.NewCTR(k.encrypt, counter[:])
}

// String returns the number of keys.
func (k *Keyring) String() string { return fmt.Sprintf("keyring of %d", len(k.keys)) }

// Format prints String for every verb, so that no %+v or %#v shows a key.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue logs String.
func (k *Keyring) LogValue() slog.Value { return slog.StringValue(k.String()) }
