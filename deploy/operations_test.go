package deploy

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// received is what a receiver of OpenTelemetry has been sent: names of spans and metrics, and all of it as text.
type received struct {
	mu     sync.Mutex
	names  map[string]bool
	text   strings.Builder
	server *httptest.Server
}

func newReceiver(t *testing.T) *received {
	r := &received{names: make(map[string]bool)}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.text.Write(body)
		var traces tracepb.ExportTraceServiceRequest
		var metrics metricspb.ExportMetricsServiceRequest
		switch {
		case request.URL.Path == "/v1/traces" && proto.Unmarshal(body, &traces) == nil:
			for _, resource := range traces.ResourceSpans {
				for _, scope := range resource.ScopeSpans {
					for _, span := range scope.Spans {
						r.names[span.Name] = true
					}
				}
			}
		case request.URL.Path == "/v1/metrics" && proto.Unmarshal(body, &metrics) == nil:
			for _, resource := range metrics.ResourceMetrics {
				for _, scope := range resource.ScopeMetrics {
					for _, metric := range scope.Metrics {
						r.names[metric.Name] = true
					}
				}
			}
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(r.server.Close)
	return r
}

// TestRunbookAnswersFromTwoCopies runs two copies, Debian's Prometheus and a receiver of OpenTelemetry, and asks every
// PromQL query of the runbook and the dashboard. `make check` runs it; it takes half a minute.
func TestRunbookAnswersFromTwoCopies(t *testing.T) {
	if os.Getenv("DEPLOY_TRIAL") == "" {
		t.Skip("SKIPPED: it takes half a minute; set DEPLOY_TRIAL=1, as make check does")
	}
	needs(t, "prometheus")
	service := startService(t)
	telemetry := newReceiver(t)
	s := &site{t: t, ports: [2]string{freePort(t), freePort(t)}}
	s.url = "http://localhost:" + s.ports[0]
	var targets []string
	for i := range s.ports {
		metrics := "127.0.0.1:" + freePort(t)
		targets = append(targets, metrics)
		s.env = []string{
			"ACS_CONNECTION_STRING=" + service.ConnectionString(), "BASE_URL=" + s.url, "METRICS_LISTEN=" + metrics, "JOINS_PER_SESSION=3",
			"OTEL_EXPORTER_OTLP_ENDPOINT=" + telemetry.server.URL, "OTEL_METRIC_EXPORT_INTERVAL=2000", "OTEL_BSP_SCHEDULE_DELAY=500",
		}
		s.start(i, oldKey)
	}
	base := startPrometheus(t, targets)
	foreign := s.makeLink(newKey)
	link := s.makeLink(oldKey)
	time.Sleep(3 * time.Second) // a series must be seen at zero before it can increase
	for round := range 3 {
		for i, port := range s.ports {
			at := "http://127.0.0.1:" + port
			c := client()
			open := func(address string) {
				if response, err := c.Get(strings.Replace(address, s.url, at, 1)); err == nil {
					_ = response.Body.Close()
				}
			}
			post := func(path, body string) {
				if response, err := c.Post(at+path, "application/json", strings.NewReader(body)); err == nil {
					_ = response.Body.Close()
				}
			}
			open(foreign)
			open(link)
			if i == 0 {
				_ = service.Inject(acstest.Fault{Kind: acstest.FaultDenied})
			}
			for range 5 { // more than one session may
				post("/visit/join", `{"name":"Sam Patel"}`)
			}
			for _, event := range []string{`{"event":"lobby"}`, `{"event":"waiting"}`, `{"event":"admitted","waited":40}`, `{"event":"reconnecting"}`, `{"event":"in-call"}`} {
				post("/visit/events", event)
			}
			if round < 2 {
				post("/visit/events", `{"event":"ended","code":0,"subCode":0}`)
			}
		}
		time.Sleep(3 * time.Second)
	}
	queries := regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllStringSubmatch(read(t, "../docs/operations/README.md"), -1)
	for _, m := range queries {
		query := strings.TrimSpace(m[1])
		answer, err := ask(base, query)
		switch {
		case err != nil:
			t.Errorf("%s: %v", query, err)
		case len(answer) == 0:
			t.Errorf("no answer to %s", query)
		default:
			t.Logf("%s\n\t%s", query, strings.Join(answer, "\n\t"))
		}
	}
	for _, m := range regexp.MustCompile(`"expr": ("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(read(t, "../docs/operations/dashboard.json"), -1) {
		var query string
		if err := json.Unmarshal([]byte(m[1]), &query); err != nil {
			t.Fatal(err)
		}
		if _, err := ask(base, query); err != nil { // nobody of the staff has joined
			t.Errorf("dashboard: %s: %v", query, err)
		}
	}
	telemetry.mu.Lock()
	defer telemetry.mu.Unlock()
	for _, name := range []string{"POST /visit/join", "identity create", "anteroom_joins", "anteroom_visitors"} {
		if !slices.ContainsFunc(mapKeys(telemetry.names), func(got string) bool { return strings.HasPrefix(got, name) }) {
			t.Errorf("the receiver of OpenTelemetry has no %s among %q", name, mapKeys(telemetry.names))
		}
	}
	for _, personal := range []string{"Sam Patel", "AbCdEfGhIj", strings.TrimPrefix(link, s.url+"/v/")} {
		if strings.Contains(telemetry.text.String(), personal) {
			t.Errorf("%q was exported", personal)
		}
	}
}

func mapKeys(m map[string]bool) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// startPrometheus scrapes these addresses every second, with the alert rules of docs/operations.
func startPrometheus(t *testing.T, targets []string) (base string) {
	t.Helper()
	dir := t.TempDir()
	alerts, err := filepath.Abs("../docs/operations/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("global: {scrape_interval: 1s}\nrule_files: [%q]\nscrape_configs: [{job_name: anteroom, static_configs: [{targets: [%q, %q]}]}]\n", alerts, targets[0], targets[1])
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + freePort(t)
	c := exec.Command("prometheus", "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address, "--enable-feature=exemplar-storage", "--log.level=error")
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	(&site{t: t}).until("http://"+address+"/-/ready", http.StatusOK)
	return "http://" + address
}

// ask returns the answer to a query, one text for each series.
func ask(base, query string) ([]string, error) {
	response, err := http.Get(base + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var told struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&told); err != nil || told.Status != "success" {
		return nil, fmt.Errorf("%w %s", err, told.Error)
	}
	var found []string
	for _, series := range told.Data.Result {
		found = append(found, fmt.Sprint(series.Metric, " ", series.Value[1]))
	}
	return found, nil
}
