package teams

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

type endingCase struct {
	Code    int `json:"code"`
	SubCode int `json:"subCode"`
	Ending
}

// endingCases reads the cases that the browser's tests share.
func endingCases(t *testing.T) []endingCase {
	t.Helper()
	return readJSON[[]endingCase](t, "testdata/endings-cases.json")
}

func TestEndingOf(t *testing.T) {
	for _, c := range endingCases(t) {
		if got := EndingOf(c.Code, c.SubCode); got.Name != c.Name || got.Action != c.Action || got.Final != c.Final {
			t.Errorf("code %d subCode %d: got %+v, want %+v", c.Code, c.SubCode, got, c.Ending)
		}
	}
}

func TestEveryEndingHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range endingCases(t) {
		seen[c.Name] = true
	}
	for _, e := range Endings() {
		if !seen[e.Name] {
			t.Errorf("ending %q has no case in testdata/endings-cases.json", e.Name)
		}
	}
}

func TestEndingsAreValid(t *testing.T) {
	names := map[string]bool{}
	for _, e := range Endings() {
		if names[e.Name] {
			t.Errorf("ending %q appears twice", e.Name)
		}
		names[e.Name] = true
		if e.Name == "" || strings.Trim(e.Name, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("ending %q is not in kebab case", e.Name)
		}
		switch e.Action {
		case ActionRejoin, ActionWaitAgain, ActionEdit, ActionTakeOver, ActionPhone, ActionDone:
		default:
			t.Errorf("ending %q has action %q, which must be one of the constants", e.Name, e.Action)
		}
		if e.Next != "" && e.Next != "try-again" {
			t.Errorf("ending %q has next %q, want none or try-again", e.Name, e.Next)
		}
		if e.Final && (e.Action == ActionWaitAgain || e.Action == ActionEdit || e.Action == ActionTakeOver) {
			t.Errorf("ending %q is final, but its action %q needs the same identity", e.Name, e.Action)
		}
	}
}

func TestEndingsReturnsACopy(t *testing.T) {
	Endings()[0].Name = "changed"
	if Endings()[0].Name == "changed" {
		t.Error("a caller changed the table of endings")
	}
}

func TestReadEndingsRejectsInvalidTables(t *testing.T) {
	unknown := `{"ending":"unknown","action":"rejoin","final":false,"codes":[]}`
	row := func(name, codes string) string {
		return `{"ending":"` + name + `","action":"done","final":true,"codes":[` + codes + `]},`
	}
	for _, c := range []struct{ form, rows, want string }{
		{"pair twice", row("a", `{"code":1,"subCode":2}`) + row("b", `{"code":1,"subCode":2}`), `claimed by "a"`},
		{"subCode twice", row("a", `{"subCode":2}`) + row("b", `{"subCode":2}`), `claimed by "a"`},
		{"ranges overlap", row("a", `{"code":490,"codeTo":494}`) + row("b", `{"code":494}`), `overlap "a"`},
		{"range with a subCode", row("a", `{"code":490,"codeTo":494,"subCode":1}`), "codeTo only"},
		{"neither code nor subCode", row("a", `{}`), "need a code"},
	} {
		t.Run(c.form, func(t *testing.T) {
			_, err := readEndings([]byte(`{"endings":[` + c.rows + unknown + `]}`))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that contains %q", err, c.want)
			}
		})
	}
	if _, err := readEndings([]byte(`{"endings":[]}`)); err == nil {
		t.Error("readEndings accepts a table without the ending unknown")
	}
	if _, err := readEndings([]byte(`{`)); err == nil {
		t.Error("readEndings accepts invalid JSON")
	}
}

// The exact pair of codes wins over the subCode, and the subCode over the code.
func TestMoreSpecificCodesDecideTheEnding(t *testing.T) {
	table, err := readEndings([]byte(`{"endings":[
		{"ending":"by-code","action":"done","final":true,"codes":[{"code":400,"codeTo":499}]},
		{"ending":"by-sub","action":"done","final":true,"codes":[{"subCode":7}]},
		{"ending":"by-pair","action":"done","final":true,"codes":[{"code":410,"subCode":7}]},
		{"ending":"unknown","action":"rejoin","final":false,"codes":[]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code, subCode int
		want          string
	}{{410, 7, "by-pair"}, {411, 7, "by-sub"}, {1, 7, "by-sub"}, {411, 8, "by-code"}, {400, 8, "by-code"}, {499, 8, "by-code"}, {500, 8, "unknown"}} {
		if got := table.of(c.code, c.subCode).Name; got != c.want {
			t.Errorf("code %d subCode %d: got %q, want %q", c.code, c.subCode, got, c.want)
		}
	}
}

func TestEndingExample(t *testing.T) {
	for _, e := range Endings() {
		code, subCode, ok := EndingExample(e.Name)
		if got := EndingOf(code, subCode); !ok || got != e {
			t.Errorf("EndingExample(%q) is %d/%d, which has ending %q", e.Name, code, subCode, got.Name)
		}
	}
	if _, _, ok := EndingExample("no-such-ending"); ok {
		t.Error("EndingExample returns an example of an unknown ending")
	}
}

// sdkCode matches one row of the Calling SDK's own table of end codes.
var sdkCode = regexp.MustCompile(`\{(?:public:!?[01],)?code:([0-9e]+),subCode:([0-9e]+),(?:public:!?[01],)?message:`)

// sdkBundle is where npm installs the Calling SDK.
const sdkBundle = "../static/node_modules/@azure/communication-calling/dist/sdk.bundle.js"

// TestEveryCodeOfTheSDKHasAnEnding reads the table of the installed Calling SDK, so
// that an update with new codes fails until each has an ending.
func TestEveryCodeOfTheSDKHasAnEnding(t *testing.T) {
	bundle, err := os.ReadFile(sdkBundle)
	if err != nil {
		t.Skipf("the Calling SDK is not installed; run npm ci in static: %v", err)
	}
	rows := sdkCode.FindAllStringSubmatch(string(bundle), -1)
	if len(rows) < 60 {
		t.Fatalf("found %d codes, want at least 60: adapt sdkCode to the SDK's new table", len(rows))
	}
	number := func(text string) int { // the bundle has 5000 as 5e3
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	for _, row := range rows {
		code, subCode := number(row[1]), number(row[2])
		if EndingOf(code, subCode).Name == "unknown" {
			t.Errorf("%d/%d of the Calling SDK has no ending", code, subCode)
		}
	}
}
