/** The part of the SDK's network diagnostics that describes the connection. */
export interface Qualities {
  networkReceiveQuality?: { value: unknown } | undefined;
  networkSendQuality?: { value: unknown } | undefined;
}

// After this many milliseconds of a good network, earlier drops no longer count.
const forgetAfter = 60_000;

/**
 * Detects a network that was poor or bad twice in a row: it got worse again within a minute of having been better.
 * The SDK reports changes only, for each direction; the worse of the two counts.
 */
export class WeakNetwork {
  private quality = 1;
  private drops = 0;
  private goodSince = 0;

  constructor(private readonly now: () => number) {}

  /** Records the latest diagnostics. Returns true from the second drop on, until the network is good again. */
  isWeak({ networkReceiveQuality, networkSendQuality }: Qualities): boolean {
    const next = Math.max(qualityOf(networkReceiveQuality), qualityOf(networkSendQuality));
    if (next > this.quality) {
      if (this.quality === 1 && this.now() - this.goodSince > forgetAfter) this.drops = 0;
      this.drops++;
    } else if (next === 1 && this.quality > 1) {
      this.goodSince = this.now();
    }
    this.quality = next;
    return next > 1 && this.drops > 1;
  }
}

/** 1 good, 2 poor, 3 bad, as in the SDK's DiagnosticQuality; unknown values count as good. */
function qualityOf(diagnostic: { value: unknown } | undefined): number {
  return diagnostic?.value === 2 || diagnostic?.value === 3 ? diagnostic.value : 1;
}
