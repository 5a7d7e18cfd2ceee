import { type Answers, Notebook } from './answers.ts';
import { askCall } from './call.ts';
import { askDenied, askDevices } from './devices.ts';
import { askLinks } from './links.ts';
import type { SDK } from './sdk.ts';
import { askTokens } from './tokens.ts';

const QUESTIONS: Record<string, (sdk: SDK, notebook: Notebook) => Promise<void>> = {
  call: askCall,
  denied: askDenied,
  devices: askDevices,
  links: askLinks,
  tokens: askTokens,
};

/** Asks an SDK the questions that the page's address names, and leaves the answers where the program finds them. */
export async function answer(sdk: SDK): Promise<void> {
  const name = new URLSearchParams(location.search).get('ask') ?? '';
  const answers: Answers = {};
  try {
    await QUESTIONS[name]?.(sdk, new Notebook(answers));
    Object.assign(globalThis, { probed: { answers } });
  } catch (error) {
    // The probe's own mistake, or an answer without which the next question makes no sense.
    Object.assign(globalThis, { probed: { answers, fault: error instanceof Error ? error.stack : String(error) } });
  }
}
