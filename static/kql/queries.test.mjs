import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

// Microsoft's own parser of KQL defines globals, and its parts load in this order.
const load = createRequire(import.meta.url);
load('@kusto/language-service-next/bridge.js');
load('@kusto/language-service-next/Kusto.Language.Bridge.js');
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

// The columns that the queries use, as in learn.microsoft.com/azure/azure-monitor/reference/tables.
const tables = {
  ContainerAppConsoleLogs: '(TimeGenerated: datetime, Log: string, ContainerGroupName: string, RevisionName: string)',
  ACSCallSummary:
    '(TimeGenerated: datetime, CorrelationId: string, CallDuration: long, ParticipantDuration: long, ParticipantEndReason: string, EndpointType: string, SdkVersion: string)',
  ACSCallDiagnostics:
    '(TimeGenerated: datetime, PacketLossRateAvg: real, JitterAvg: int, RoundTripTimeAvg: int, MediaType: string, EndpointType: string)',
};
const symbols = Object.entries(tables).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
const logs = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('logs', symbols));

/** problems returns what Microsoft's parser and analyser report about a query. */
function problems(query) {
  const found = KustoCode.ParseAndAnalyze(query, logs).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, i) => found.getItem(i).Message);
}

const read = (name) => readFileSync(new URL(`../../docs/operations/${name}`, import.meta.url), 'utf8');
const queries = {
  'README.md': Array.from(read('README.md').matchAll(/```kql\n(.*?)```/gs), (m) => m[1]),
  'workbook.json': JSON.parse(read('workbook.json')).items.flatMap((item) => (item.type === 3 ? [item.content.query] : [])),
  'azure-alerts.json': JSON.parse(read('azure-alerts.json')).variables.rules.map((rule) => rule.query),
};

for (const [file, all] of Object.entries(queries)) {
  test(`Microsoft's parser accepts every query of ${file}`, () => {
    assert.ok(all.length >= 5, `${all.length} queries`);
    for (const query of all) assert.deepEqual(problems(query), [], query);
  });
}

for (const [mistake, query] of Object.entries({
  'an unknown function': 'ContainerAppConsoleLogs | extend l = parse_jsn(Log)',
  'an unknown column': 'ContainerAppConsoleLogs | where Logg has "join"',
  'an unknown table': 'ContainerAppLogs | count',
  'an unknown operator': 'ContainerAppConsoleLogs | summarise count()',
  'a missing bracket': 'ContainerAppConsoleLogs | where (TimeGenerated > ago(1h)',
  'a comparison of a text with a number': 'ContainerAppConsoleLogs | where Log > 5',
})) {
  test(`${mistake} is reported`, () => assert.notDeepEqual(problems(query), []));
}
