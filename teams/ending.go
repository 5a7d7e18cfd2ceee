package teams

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Action is the one next step that a visitor is offered after an ending.
type Action string

// The closed list of actions. Every ending has exactly one.
const (
	// ActionRejoin offers to join the same meeting again.
	ActionRejoin Action = "rejoin"
	// ActionWaitAgain offers to wait to be let in once more.
	ActionWaitAgain Action = "wait-again"
	// ActionEdit sends the visitor back to correct what was typed.
	ActionEdit Action = "edit"
	// ActionTakeOver offers to close the other tab's call and join here.
	ActionTakeOver Action = "take-over"
	// ActionPhone offers a person or a phone number instead.
	ActionPhone Action = "phone"
	// ActionDone offers nothing more: the visit is finished.
	ActionDone Action = "done"
)

// Ending is why a call ended, named so that a page can be written for it.
type Ending struct {
	// Name is in kebab case, such as "waited-too-long".
	Name string `json:"ending"`
	// Action is the next step to offer.
	Action Action `json:"action"`
	// Final is true when the visitor's identity has no further use, so that it
	// is deleted at once; joining again then takes a new identity.
	Final bool `json:"final"`
	// Next is what the button of Action is called where that differs from Action:
	// "try-again", because nobody rejoins a meeting that they never were in.
	Next string `json:"next,omitempty"`
	// Ordinary is true for the ordinary end of a visit that took place, after which
	// one may ask how it was. All others mean that something went wrong, or may have.
	Ordinary bool `json:"ordinary,omitempty"`
}

//go:embed endings.json
var endingsJSON []byte

// endingCode is one pattern of codes. An absent code or subCode stands for any;
// codeTo makes a range of code, both ends included.
type endingCode struct {
	Code    *int `json:"code"`
	CodeTo  *int `json:"codeTo"`
	SubCode *int `json:"subCode"`
}

type endingRow struct {
	Ending
	Codes []endingCode `json:"codes"`
}

type codePair struct{ code, subCode int }

type codeRange struct {
	from, to int
	ending   Ending
}

type endingTable struct {
	all       []Ending
	byPair    map[codePair]Ending
	bySubCode map[int]Ending
	byCode    []codeRange
	unknown   Ending
	examples  map[string]codePair
}

// endings is read once, on first use, and never changes. The file is part of
// the program, so a mistake in it is a mistake in the code and panics; the tests
// read every row.
var endings = sync.OnceValue(func() endingTable {
	table, err := readEndings(endingsJSON)
	if err != nil {
		panic(err)
	}
	return table
})

func readEndings(data []byte) (endingTable, error) {
	var file struct {
		Endings []endingRow `json:"endings"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return endingTable{}, fmt.Errorf("read endings.json: %w", err)
	}
	t := endingTable{byPair: map[codePair]Ending{}, bySubCode: map[int]Ending{}, examples: map[string]codePair{}}
	for _, row := range file.Endings {
		t.all = append(t.all, row.Ending)
		if row.Name == "unknown" {
			t.unknown = row.Ending
		}
		t.examples[row.Name] = row.example()
		for _, c := range row.Codes {
			if err := t.add(c, row.Ending); err != nil {
				return endingTable{}, fmt.Errorf("read endings.json: ending %q: %w", row.Name, err)
			}
		}
	}
	if t.unknown.Name == "" {
		return endingTable{}, fmt.Errorf("read endings.json: no row %q", "unknown")
	}
	return t, nil
}

// example is a pair of numbers that means the row's ending.
func (r endingRow) example() codePair {
	if len(r.Codes) == 0 {
		return codePair{777, 777} // the row "unknown": a pair that no other row has
	}
	var pair codePair
	if c := r.Codes[0]; c.Code != nil {
		pair.code = *c.Code
	}
	if c := r.Codes[0]; c.SubCode != nil {
		pair.subCode = *c.SubCode
	}
	return pair
}

func (t *endingTable) add(c endingCode, e Ending) error {
	switch {
	case c.Code != nil && c.SubCode != nil && c.CodeTo == nil:
		pair := codePair{*c.Code, *c.SubCode}
		if other, taken := t.byPair[pair]; taken {
			return fmt.Errorf("code %d subCode %d is claimed by %q", pair.code, pair.subCode, other.Name)
		}
		t.byPair[pair] = e
	case c.Code == nil && c.SubCode != nil && c.CodeTo == nil:
		if other, taken := t.bySubCode[*c.SubCode]; taken {
			return fmt.Errorf("subCode %d is claimed by %q", *c.SubCode, other.Name)
		}
		t.bySubCode[*c.SubCode] = e
	case c.Code != nil && c.SubCode == nil:
		r := codeRange{from: *c.Code, to: *c.Code, ending: e}
		if c.CodeTo != nil {
			r.to = *c.CodeTo
		}
		for _, other := range t.byCode {
			if r.from <= other.to && other.from <= r.to {
				return fmt.Errorf("codes %d to %d overlap %q", r.from, r.to, other.ending.Name)
			}
		}
		t.byCode = append(t.byCode, r)
	default:
		return fmt.Errorf("codes need a code, a subCode or both, and codeTo only with a code alone")
	}
	return nil
}

// EndingOf names the ending for the code and subCode of the Calling SDK's
// callEndReason or of its CallError. The exact pair goes first, then the subCode
// with any code, then the code or its range with any subCode. Everything else,
// negative numbers too, is the ending "unknown", whose page shows the pair as a
// reference for support.
func EndingOf(code, subCode int) Ending {
	t := endings()
	return t.of(code, subCode)
}

func (t *endingTable) of(code, subCode int) Ending {
	if e, ok := t.byPair[codePair{code, subCode}]; ok {
		return e
	}
	if e, ok := t.bySubCode[subCode]; ok {
		return e
	}
	for _, r := range t.byCode {
		if r.from <= code && code <= r.to {
			return r.ending
		}
	}
	return t.unknown
}

// Endings lists every ending, "unknown" included, in the order of endings.json.
func Endings() []Ending {
	return append([]Ending(nil), endings().all...)
}

// EndingExample returns a code and subCode for which EndingOf returns the ending of
// that name, so that a rehearsal can play it. ok is false if there is no such ending.
func EndingExample(name string) (code, subCode int, ok bool) {
	pair, ok := endings().examples[name]
	return pair.code, pair.subCode, ok
}
