import type { Stage } from '../stage/contract.ts';
import type { Lines } from './lines.ts';

// A phone takes a moment to give the microphone back by itself, in milliseconds.
const settleWithin = 700;

/**
 * Says when the microphone is turned on or off, which the library's buttons do without a word. Notices when a phone has taken it
 * away from the call, and offers to turn it on again.
 */
export class Microphone {
  /** Whether the others hear the visitor, as far as is known. */
  on = false;
  private known = false;
  private restoring = false;
  private wasOn = false;
  private readonly look = () => this.seen(document.visibilityState === 'visible');

  constructor(
    private readonly lines: Pick<Lines, 'put' | 'take' | 'say'>,
    private readonly stage: () => Pick<Stage, 'heard' | 'unmute'> | undefined,
  ) {
    document.addEventListener('visibilitychange', this.look);
  }

  /** Handles a microphone that was turned on or off, by anyone. The first call reports how it was at the start. */
  turned(on: boolean): void {
    const said = this.known && !this.restoring && on !== this.on;
    this.on = on;
    this.known = true;
    if (on) this.lines.take('microphone');
    if (said) this.lines.say(on ? 'visit.microphoneOn' : 'visit.microphoneOff');
  }

  /** The call is over. */
  stop(): void {
    document.removeEventListener('visibilitychange', this.look);
    this.lines.take('microphone');
  }

  private seen(visible: boolean): void {
    if (!visible) this.wasOn = this.on;
    else if (this.wasOn) setTimeout(() => void this.check(), settleWithin);
  }

  private async check(): Promise<void> {
    const stage = this.stage();
    if (!stage || (await stage.heard())) return;
    this.lines.put('microphone', 'visit.microphonePaused', { textId: 'visit.unmute', press: () => void this.unmute() });
  }

  private async unmute(): Promise<void> {
    // An iPhone's microphone comes back only if it is turned off and on, which nobody has to hear.
    this.restoring = true;
    try {
      await this.stage()?.unmute();
      this.lines.take('microphone');
      this.lines.say('visit.microphoneOn');
    } catch {
      this.lines.put('microphone', 'visit.unmuteFailed', { textId: 'visit.unmute', press: () => void this.unmute() });
    } finally {
      this.restoring = false;
    }
  }
}
