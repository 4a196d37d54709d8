/** Path at which the publisher tells the reconciler what it shows, and which peers have asked. */
export const newsPath = "/news";

export interface News {
  /** SHA-256 of the descriptor that is shown; null after a start. */
  shown: string | null;
  /** SHA-256 of what has answered; absent from a publisher that is older than this field. */
  answers?: string | null;
  /** SHA-256 of what the services show; absent from a publisher that is older than this field. */
  latest?: string | null;
  /** Peers that have asked for the descriptor since the reconciler's last request, by their own account. */
  asked: string[];
}
