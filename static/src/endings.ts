import table from '../../teams/endings.json';

/** What an ended call means for the visitor. */
export interface Ending {
  /** Names the page, for example `denied`. */
  ending: string;
  /** The next step that the page offers. */
  action: string;
  /** True when there is nothing to return to, so that the identity can be deleted at once. */
  final: boolean;
}

interface Codes {
  code?: number | null;
  codeTo?: number | null;
  subCode?: number | null;
}

type Row = Ending & { codes: Codes[] };

/**
 * Returns the ending of a code and subcode of the Calling SDK, from the same table as the server's. The exact pair takes
 * precedence over the subcode alone, and that over the code alone or its range; anything else is `unknown`.
 */
export function endingOf(code: number, subCode: number): Ending {
  const rows = table.endings as Row[];
  const exact = (c: Codes) => has(c.subCode) && c.subCode === subCode && has(c.code) && within(c, code);
  const subCodeOnly = (c: Codes) => has(c.subCode) && c.subCode === subCode && !has(c.code);
  const codeOnly = (c: Codes) => !has(c.subCode) && has(c.code) && within(c, code);
  for (const matches of [exact, subCodeOnly, codeOnly]) {
    const row = rows.find(({ codes }) => codes.some(matches));
    if (row) return pick(row);
  }
  const unknown = rows.find(({ ending }) => ending === 'unknown');
  return unknown ? pick(unknown) : { ending: 'unknown', action: 'rejoin', final: false };
}

/** Returns a code and subcode that endingOf maps to this ending, which has to be in the table. */
export function reasonFor(ending: string): { code: number; subCode: number } {
  const [first] = (table.endings as Row[]).find((row) => row.ending === ending)?.codes ?? [];
  if (!first) throw new Error(`reason for an ending: ${ending} has no codes in the table`);
  return { code: first.code ?? 0, subCode: first.subCode ?? 0 };
}

function pick({ ending, action, final }: Row): Ending {
  return { ending, action, final };
}

function has(value: number | null | undefined): value is number {
  return value !== undefined && value !== null;
}

function within({ code, codeTo }: Codes, wanted: number): boolean {
  return has(code) && (has(codeTo) ? code <= wanted && wanted <= codeTo : code === wanted);
}
