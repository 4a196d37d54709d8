/**
 * Seconds and counts after which a client gives up a server from which nothing comes any more: its node was switched off or
 * cut off. The kernel's own are a quarter of an hour for what is not acknowledged, and two hours for an answer. What
 * works is never that silent: a kernel acknowledges also while its program is busy.
 */
export const lostServer = {
  /** Seconds for a connection to be made. */
  connectSeconds: 5,
  /** Seconds of silence until the other side is asked whether it is there. */
  idleSeconds: 10,
  /** Seconds between two such questions. */
  intervalSeconds: 5,
  /** Most questions without an answer. */
  probes: 3,
  /** Seconds for which what was sent, or asked, may stay without an acknowledgement. */
  silentSeconds: 20,
  /** Seconds for which a command to a cache may stay without an answer: none takes long. */
  answerSeconds: 10,
} as const;
