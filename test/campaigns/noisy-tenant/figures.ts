/** One page that was asked for. */
export interface Visit {
  /** The page that was asked for: `the neighbour's WordPress`. */
  what: string;
  isAnswered: boolean;
  /** From when it was due until its last byte. */
  milliseconds: number;
}

/** Windows of one kind, all together: how many pages were answered a second, and within what 95 of 100 of them. */
export interface Figures {
  perSecond: number;
  /** Milliseconds; undefined if no page was answered. */
  p95: number | undefined;
}

/**
 * The figure below which a share of all figures lies: the smallest of them that at least so many are not above (the
 * nearest rank). undefined if there are no figures.
 */
export function percentile(figures: readonly number[], share: number): number | undefined {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** @param seconds how long the windows were together. */
export function figuresOf(visits: readonly Visit[], seconds: number): Figures {
  const answered = visits.filter(({ isAnswered }) => isAnswered);
  return {
    perSecond: answered.length / seconds,
    p95: percentile(
      answered.map(({ milliseconds }) => milliseconds),
      0.95,
    ),
  };
}

/** The share of its throughput that something keeps; undefined if it had none before. */
export function kept(quiet: Figures, noisy: Figures): number | undefined {
  return quiet.perSecond > 0 ? noisy.perSecond / quiet.perSecond : undefined;
}
