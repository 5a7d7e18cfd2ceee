package main

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers"
)

const operations = "../../docs/operations/"

// stringsIn returns the values of these keys anywhere in a JSON file.
func stringsIn(t *testing.T, name string, keys ...string) (found []string) {
	t.Helper()
	var file any
	if err := json.Unmarshal([]byte(testdata(t, operations+name)), &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, value := range v {
				if text, ok := value.(string); ok && slices.Contains(keys, key) {
					found = append(found, text)
				}
				walk(value)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(file)
	return found
}

// blocks returns the contents of the fenced blocks of a language.
func blocks(text, language string) (found []string) {
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

// labelRegisterer records the labels of all metrics, including those without a value.
type labelRegisterer struct{ labels map[string][]string }

var metricDescription = regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{([^}]*)\}`)

func (d labelRegisterer) Register(c prometheus.Collector) error {
	all := make(chan *prometheus.Desc, 100)
	c.Describe(all)
	close(all)
	for desc := range all {
		m := metricDescription.FindStringSubmatch(desc.String())
		d.labels[m[1]] = strings.Split(m[2], ",")
	}
	return nil
}

func (d labelRegisterer) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		_ = d.Register(c)
	}
}

func (labelRegisterer) Unregister(prometheus.Collector) bool { return false }

// TestPromQLNamesMetricsThatExist compares the names and labels in runbook, alerts and dashboard with the metrics.
func TestPromQLNamesMetricsThatExist(t *testing.T) {
	known := labelRegisterer{map[string][]string{"anteroom_build_info": {"version", "go"}}}
	handlers.NewMetrics(known)
	queries := blocks(testdata(t, operations+"README.md"), "promql")
	queries = append(queries, stringsIn(t, "dashboard.json", "expr")...)
	for _, rule := range regexp.MustCompile(`(?s)expr: \|?(.*?)\n        (?:for|labels|annotations):|expr: (.*)\n`).FindAllStringSubmatch(strings.ReplaceAll(testdata(t, operations+"alerts.yml"), "      - ", "        "), -1) {
		queries = append(queries, rule[1]+rule[2])
	}
	if len(queries) < 35 {
		t.Fatalf("found %d queries, want at least 35", len(queries))
	}
	used := make(map[string]bool)
	for _, query := range queries {
		var labels []string
		for _, name := range regexp.MustCompile(`anteroom_\w+`).FindAllString(query, -1) {
			base := name
			if known.labels[base] == nil {
				base = regexp.MustCompile(`_(bucket|count|sum)$`).ReplaceAllString(name, "")
			}
			if known.labels[base] == nil {
				t.Errorf("no metric %s: %s", name, query)
			}
			used[base] = true
			labels = append(labels, known.labels[base]...)
		}
		for _, m := range regexp.MustCompile(`(?:by|ignoring) \(([^)]*)\)|\{([^}]*)\}`).FindAllStringSubmatch(query, -1) {
			for part := range strings.SplitSeq(m[1]+m[2], ",") {
				label := regexp.MustCompile(`^\w+`).FindString(strings.TrimSpace(part))
				if label != "" && label != "le" && label != "job" && !slices.Contains(labels, label) {
					t.Errorf("no label %q: %s", label, query)
				}
			}
		}
	}
	for name := range known.labels {
		if !used[name] && name != "anteroom_policy_violations_total" && name != "anteroom_requests_total" {
			t.Errorf("nothing in docs/operations uses %s", name)
		}
	}
}

// loggedFields returns the fields of each line of the log, from the runbook's table.
func loggedFields(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	_, table, _ := strings.Cut(testdata(t, operations+"README.md"), "| msg | fields |")
	for line := range strings.Lines(table) {
		var names []string
		for _, m := range regexp.MustCompile("`([a-z_ ]+)`").FindAllStringSubmatch(line, -1) {
			names = append(names, m[1])
		}
		if len(names) > 1 {
			found[names[0]] = names[1:]
		}
	}
	return found
}

// TestKQLNamesFieldsOfTheLog compares the fields in every query with the runbook's table of the log.
func TestKQLNamesFieldsOfTheLog(t *testing.T) {
	fields := loggedFields(t)
	queries := blocks(testdata(t, operations+"README.md"), "kql")
	queries = append(queries, stringsIn(t, "workbook.json", "query")...)
	queries = append(queries, stringsIn(t, "azure-alerts.json", "query")...)
	checked := 0
	for _, query := range queries {
		if !strings.HasPrefix(query, "ContainerAppConsoleLogs\n| extend l = parse_json(Log)\n") {
			continue // a query of Microsoft's own tables, or a reference to a variable
		}
		checked++
		allowed := []string{"msg", "level", "time", "request_id", "reference", "trace_id"}
		messages := regexp.MustCompile(`l\.msg == "([^"]+)"`).FindAllStringSubmatch(query, -1)
		if len(messages) == 0 {
			for _, of := range fields {
				allowed = append(allowed, of...)
			}
		}
		for _, m := range messages {
			if fields[m[1]] == nil {
				t.Errorf("no line %q in the log: %s", m[1], query)
			}
			allowed = append(allowed, fields[m[1]]...)
		}
		for _, m := range regexp.MustCompile(`\bl\.(\w+)`).FindAllStringSubmatch(query, -1) {
			if !slices.Contains(allowed, m[1]) {
				t.Errorf("no field %q: %s", m[1], query)
			}
		}
		if strings.Count(query, "(") != strings.Count(query, ")") || strings.Count(query, `"`)%2 != 0 {
			t.Errorf("unbalanced parentheses or quotes: %s", query)
		}
	}
	if checked < 20 {
		t.Errorf("checked %d queries, want at least 20", checked)
	}
}

// TestLogHasTheDocumentedFields runs a site and compares its log with the table of the runbook.
func TestLogHasTheDocumentedFields(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString(), "LINK_KEYS="+linkKey, "SESSION_KEYS="+sessionKey, "BASE_URL=http://localhost:8080", "METRICS_LISTEN=127.0.0.1:0", "DESK_PASSPHRASE=canary quiet river 7")
	v := newVisitor(t, p)
	v.get("/v/hello")
	v.submitDoor(shortLink, "")
	if err := service.Inject(acstest.Fault{Kind: acstest.FaultDenied}); err != nil {
		t.Fatal(err)
	}
	v.post("/visit/join", `{"name":"Sam"}`)
	v.join("Sam")
	v.post("/visit/events", `{"event":"lobby"}`)
	v.post("/visit/events", `{"event":"ended","code":0,"subCode":0}`)
	clerk := newStaffBrowser(t, p)
	clerk.post("/desk/sign-in", url.Values{"passphrase": {"canary quiet river 7"}})
	clerk.post("/desk", newMeetingForm("way", "", "meeting", shortLink))
	rehearsal := startProgram(t) // with the stand-in for Entra
	host := newStaffBrowser(t, rehearsal)
	host.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
	host.joinCall(host.hostLink())
	lines := make(map[string]map[string]bool)
	for line := range strings.Lines(p.log.String() + rehearsal.log.String()) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("line of the log is not JSON: %s", line)
		}
		msg, _ := one["msg"].(string)
		if lines[msg] == nil {
			lines[msg] = make(map[string]bool)
		}
		for field := range one {
			lines[msg][field] = true
		}
	}
	for msg, fields := range loggedFields(t) {
		got := slices.DeleteFunc(slices.Sorted(maps.Keys(lines[msg])), func(name string) bool {
			return slices.Contains([]string{"msg", "level", "time", "request_id", "reference", "trace_id"}, name)
		})
		slices.Sort(fields)
		if !slices.Equal(got, fields) {
			t.Errorf("line %q has the fields %q, the runbook documents %q", msg, got, fields)
		}
	}
	if metrics := metricsOf(t, p); !strings.Contains(metrics, `anteroom_key_info{mark=`) || !strings.Contains(metrics, `use="link"} 1`) {
		t.Errorf("metrics = %s, want the keys in them", metrics)
	}
}

// TestJoinAlertsCountOnlyTheSitesFailures requires that no outcome that a visitor can cause alone pages an operator.
func TestJoinAlertsCountOnlyTheSitesFailures(t *testing.T) {
	prometheusRule := regexp.MustCompile(`anteroom_joins_total\{outcome=~"([^"]*)"\}\[10m\]\)\) > 5`).FindStringSubmatch(testdata(t, operations+"alerts.yml"))
	azureRule := regexp.MustCompile(`l\.msg == \\"join\\" and \(tostring\(l\.outcome\) startswith \\"([a-z-]+)\\" or tostring\(l\.outcome\) in \(([^)]*)\)\)`).FindStringSubmatch(testdata(t, operations+"azure-alerts.json"))
	if prometheusRule == nil || azureRule == nil {
		t.Fatalf("found the outcomes in alerts.yml: %v, in azure-alerts.json: %v; want both", prometheusRule != nil, azureRule != nil)
	}
	pages := regexp.MustCompile("^(" + prometheusRule[1] + ")$")
	ours := []string{"internal", "daily-limit", "service-busy", "service-late", "service-unavailable", "service-refused", "service-starting"}
	outcomes := []string{"ok"}
	for _, file := range []string{"../../handlers/problem/problem.go", "../../handlers/identity/identity.go"} {
		for _, m := range regexp.MustCompile(`(?:Problem\{|Reason = )"([a-z-]+)"`).FindAllStringSubmatch(testdata(t, file), -1) {
			outcomes = append(outcomes, m[1])
		}
	}
	if len(outcomes) < 30 {
		t.Fatalf("found %d outcomes, want at least 30", len(outcomes))
	}
	for _, outcome := range outcomes {
		want := slices.Contains(ours, outcome)
		if got := pages.MatchString(outcome); got != want {
			t.Errorf("alerts.yml counts %s: %v, want %v", outcome, got, want)
		}
		got := outcome != "ok" && (strings.HasPrefix(outcome, azureRule[1]) || strings.Contains(azureRule[2], `\"`+outcome+`\"`))
		if got != want {
			t.Errorf("azure-alerts.json counts %s: %v, want %v", outcome, got, want)
		}
	}
}
