/** Timeout of a probe by command: Kubernetes' default is one second, and on a busy node a start was delayed by it. */
export const commandProbe = { timeoutSeconds: 5 } as const;
