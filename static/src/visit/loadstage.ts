import type { EndReason, Setup, Stage, StageEvents } from '../stage/contract.ts';
import type { Ticket } from '../ticket.ts';

/** The visit's script of the call, as seen from here: another bundle, whose address is in the page's data. */
export type CallScript = typeof import('./callpage.ts');

/** The stage alone, for pages that have a call and no visit: another bundle as well. */
export interface StageScript {
  openStage(element: HTMLElement, ticket: Ticket, events: StageEvents, setup: Setup): Promise<Stage>;
  endingOf(code: EndReason['code'], subCode: EndReason['subCode']): { ending: string; final: boolean };
}

/** Fetches and evaluates the call's script. Rejects with the browser's error when it does not arrive. */
export function loadStage<Script = StageScript>(address: string): Promise<Script> {
  prepareFluent();
  return import(address) as Promise<Script>;
}

/** Fetches the texts of the call in the page's language. Rejects when they do not arrive. */
export async function loadTexts(): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`/visit/texts/${document.documentElement.lang}`);
  if (!answer.ok) throw new Error(`load the texts: the server answered ${answer.status}`);
  return answer.json();
}

/**
 * Fluent UI reads these while its modules are evaluated, so they have to be there before: no fonts from Microsoft's CDN,
 * and the page's nonce on the styles that it writes.
 */
function prepareFluent(): void {
  const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce;
  const mergeStyles = nonce ? { cspSettings: { nonce } } : {};
  Object.assign(window, { FabricConfig: { fontBaseUrl: '', mergeStyles } });
}
