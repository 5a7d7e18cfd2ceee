import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endingOf, reasonFor } from './endings.ts';

interface Case {
  code: number;
  subCode: number;
  ending: string;
  action: string;
  final: boolean;
}

const cases = new URL('../../teams/testdata/endings-cases.json', import.meta.url);

describe('endingOf', () => {
  it('agrees with the Go code on every shared case', () => {
    const all = JSON.parse(readFileSync(cases, 'utf8')) as Case[];
    expect(all.length).toBeGreaterThan(20);
    for (const { code, subCode, ...ending } of all)
      expect({ code, subCode, ...endingOf(code, subCode) }).toEqual({ code, subCode, ...ending });
  });

  it('returns the ending of a known code, and unknown for others', () => {
    expect(endingOf(0, 0)).toMatchObject({ ending: 'left', final: true });
    expect(endingOf(-1, -1)).toMatchObject({ ending: 'unknown', final: false });
    expect(endingOf(0, 5854)).toMatchObject({ ending: 'denied' });
  });
});

it.each(['left', 'waited-too-long', 'open-elsewhere', 'network-blocked'])(
  'endingOf reads the codes of reasonFor(%s)',
  (ending) => {
    const { code, subCode } = reasonFor(ending);
    expect(endingOf(code, subCode).ending).toBe(ending);
  },
);
