/**
 * Compares the two SDKs' answers with each other and with the list of known differences. Returns the findings: differences
 * that are not in the list, listed differences whose answers have changed, and listed differences that no longer exist.
 */
export function compare(microsoft, rehearsal, known) {
  const listed = new Map(known.map((entry) => [entry.key, entry]));
  const keys = new Set([...Object.keys(microsoft), ...Object.keys(rehearsal), ...listed.keys()]);
  const findings = [];
  for (const key of keys) {
    const answers = { microsoft: microsoft[key] ?? 'no answer', rehearsal: rehearsal[key] ?? 'no answer' };
    const finding = judge(answers, listed.get(key));
    if (finding) findings.push({ key, finding, ...answers });
  }
  return findings;
}

function judge({ microsoft, rehearsal }, known) {
  if (!known) return microsoft === rehearsal ? undefined : 'not in the list of known differences';
  if (microsoft === rehearsal) return 'this known difference no longer exists: remove it from the list';
  if (microsoft !== known.microsoft) return `Microsoft's answer used to be ${known.microsoft}`;
  if (rehearsal !== known.rehearsal) return `the rehearsal's answer used to be ${known.rehearsal}`;
  return undefined;
}

/** Returns a table with a line for each object: how many questions it was asked, and how many answers differ. */
export function table(microsoft, rehearsal) {
  const rows = new Map();
  for (const key of new Set([...Object.keys(microsoft), ...Object.keys(rehearsal)])) {
    const [about] = key.split('.');
    const row = rows.get(about) ?? { asked: 0, differ: 0 };
    row.asked++;
    if (microsoft[key] !== rehearsal[key]) row.differ++;
    rows.set(about, row);
  }
  const line = (about, asked, differ) => `${about.padEnd(18)}${String(asked).padStart(6)}${String(differ).padStart(8)}`;
  const lines = [...rows].sort(([a], [b]) => a.localeCompare(b)).map(([about, row]) => line(about, row.asked, row.differ));
  return [line('about', 'asked', 'differ'), ...lines].join('\n');
}

/** Returns a known difference as a row of the table in docs/probe.md. */
export function row({ key, microsoft, rehearsal, reason }) {
  const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
  return `| ${code(key)} | ${code(microsoft)} | ${code(rehearsal)} | ${reason} |`;
}
