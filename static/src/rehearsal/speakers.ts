import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import { personOf, rawIdOf } from './identity.ts';

interface SpeakerEvents {
  dominantSpeakersChanged: undefined;
}

/** The people who are speaking. In a pause the last ones stay, so that tiles do not jump. */
export class DominantSpeakersFeature extends Feature<SpeakerEvents> implements acs.DominantSpeakersCallFeature {
  dominantSpeakers: acs.DominantSpeakersInfo = { speakersList: [], timestamp: new Date() };

  /** Sets the raw ids of everyone who is speaking. */
  update(ids: readonly string[]): void {
    const before = this.dominantSpeakers.speakersList.map(rawIdOf);
    if (ids.length === 0 || ids.join() === before.join()) return;
    this.dominantSpeakers = { speakersList: ids.map(personOf), timestamp: new Date() };
    this.emit('dominantSpeakersChanged');
  }
}

interface VideoCountEvents {
  optimalVideoCountChanged: undefined;
}

/** How many pictures this browser can receive: 1 before the meeting, then all of a rehearsal. */
export class OptimalVideoCountFeature extends Feature<VideoCountEvents> implements acs.OptimalVideoCountCallFeature {
  optimalVideoCount = 1;
  readonly lastOvcChangeReason: acs.OvcChangeReason = 'unknown';

  update(count: number): void {
    this.assign('optimalVideoCount', count);
  }
}
