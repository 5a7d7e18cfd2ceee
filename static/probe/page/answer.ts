import { type Answers, Recorder } from './answers.ts';
import { askCall } from './call.ts';
import { askDenied, askDevices } from './devices.ts';
import { askLinks } from './links.ts';
import type { SDK } from './sdk.ts';
import { askTokens } from './tokens.ts';

const QUESTIONS: Record<string, (sdk: SDK, recorder: Recorder) => Promise<void>> = {
  call: askCall,
  denied: askDenied,
  devices: askDevices,
  links: askLinks,
  tokens: askTokens,
};

/** Asks an SDK the set of questions that the page's address names, and stores the answers in `globalThis.probed`. */
export async function answer(sdk: SDK): Promise<void> {
  const name = new URLSearchParams(location.search).get('ask') ?? '';
  const answers: Answers = {};
  try {
    await QUESTIONS[name]?.(sdk, new Recorder(answers));
    Object.assign(globalThis, { probed: { answers } });
  } catch (error) {
    // Either the probe has a mistake, or a later question needs an answer that is missing.
    Object.assign(globalThis, { probed: { answers, fault: error instanceof Error ? error.stack : String(error) } });
  }
}
