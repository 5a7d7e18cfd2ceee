import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compare, row, table } from './compare.mjs';

const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');
const entry = { key: 'call.state', microsoft: '"None"', rehearsal: '"Connecting"', reason: 'for a test' };
const answers = (text) => ({ 'call.state': text });

it.each([
  ['nothing if both answers are equal', answers('1'), answers('1'), [], undefined],
  ['nothing if the difference is known', answers('"None"'), answers('"Connecting"'), [entry], undefined],
  ['a new difference', answers('1'), answers('2'), [], /not in the list/],
  ['a question that only one SDK answers', answers('1'), {}, [], /not in the list/],
  ['a changed answer of Microsoft', answers('"New"'), answers('"Connecting"'), [entry], /Microsoft's answer used to be "None"/],
  [
    'a changed answer of the rehearsal',
    answers('"None"'),
    answers('"New"'),
    [entry],
    /rehearsal's answer used to be "Connecting"/,
  ],
  ['a known difference that no longer exists', answers('"None"'), answers('"None"'), [entry], /remove it/],
  ['a known difference that no question asks about', {}, {}, [entry], /remove it/],
])('finds %s', (_, microsoft, rehearsal, known, finding) => {
  const found = compare(microsoft, rehearsal, known);
  if (finding) expect(found).toEqual([expect.objectContaining({ key: 'call.state', finding: expect.stringMatching(finding) })]);
  else expect(found).toEqual([]);
});

it('counts questions and differences', () => {
  const rows = table(
    { 'call.id': '1', 'call.state': '1', 'agent.kind': '1' },
    { 'call.id': '1', 'call.state': '2', 'agent.kind': '1' },
  );
  expect(rows.split('\n').map((line) => line.trim().split(/\s+/))).toEqual([
    ['about', 'asked', 'differ'],
    ['agent', '1', '0'],
    ['call', '2', '1'],
  ]);
});

it('escapes a bar in an answer', () => {
  expect(row({ ...entry, microsoft: 'a|b' })).toContain('`a\\|b`');
});

it('lists every known difference once, with a reason', () => {
  const known = JSON.parse(read('known.json'));
  expect(new Set(known.map(({ key }) => key)).size).toBe(known.length);
  for (const { reason } of known) expect(reason).toMatch(/^[A-Z].{10,}\.$/s);
});

it('matches the table in docs/probe.md', () => {
  const [, list = ''] = read('../../docs/probe.md').split('## Known differences');
  const rows = list.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(JSON.parse(read('known.json')).map(row));
});
