import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import { personOf, rawIdOf } from './identity.ts';

interface SpeakerEvents {
  dominantSpeakersChanged: undefined;
}

/** Who speaks. When nobody does, the last ones stay, so that tiles do not jump in every pause. */
export class DominantSpeakersFeature extends Feature<SpeakerEvents> implements acs.DominantSpeakersCallFeature {
  dominantSpeakers: acs.DominantSpeakersInfo = { speakersList: [], timestamp: new Date() };

  /** The raw ids of everybody who speaks at this moment. */
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

/** How many pictures this browser can take: 1 before the meeting, then all that a rehearsal can have. */
export class OptimalVideoCountFeature extends Feature<VideoCountEvents> implements acs.OptimalVideoCountCallFeature {
  optimalVideoCount = 1;
  readonly lastOvcChangeReason: acs.OvcChangeReason = 'unknown';

  update(count: number): void {
    this.assign('optimalVideoCount', count);
  }
}
