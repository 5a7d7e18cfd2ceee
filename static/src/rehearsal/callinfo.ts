import type * as acs from '@azure/communication-calling';
import { Emitter } from './emitter.ts';

interface Events {
  callInfoChanged: undefined;
}

/** A call's data about its meeting. A class, because the UI Library's state freezes plain objects. */
export class CallInfo extends Emitter<Events> implements acs.CallInfo {
  readonly participantId: string = crypto.randomUUID();
  readonly groupId = undefined;
  threadId: string | undefined = undefined;

  /** The thread of the meeting's chat, known once the visitor is inside. */
  setThreadId(threadId: string): void {
    this.threadId = threadId;
    this.emit('callInfoChanged');
  }

  /** Returns "": no server of Microsoft knows this call. */
  async getServerCallId(): Promise<string> {
    return '';
  }

  onCallInfoChanged(event: 'callInfoChanged', listener: () => void): void {
    this.on(event, listener);
  }

  offCallInfoChanged(event: 'callInfoChanged', listener: () => void): void {
    this.off(event, listener);
  }
}
