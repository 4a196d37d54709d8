/** Where the publisher tells the reconciler what it shows, and who has asked. */
export const newsPath = "/news";

export interface News {
  /** SHA-256 of the descriptor that is shown; none yet after a start. */
  shown: string | null;
  /** The same of what has answered; nothing from a publisher that is older than that. */
  answers?: string | null;
  /** The same of what its services show. */
  latest?: string | null;
  /** Peers that have asked for it since the reconciler was told last, by their own account. */
  asked: string[];
}
