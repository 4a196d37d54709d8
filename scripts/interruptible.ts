import { TranslatedError } from "../components/foundation/language/translated-error.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs what a person may interrupt with Ctrl-C, or a machine that shuts down. The first signal aborts what is given
 * to `run`, which ends in its own way; a second one ends the program at once. It listens until then: without a
 * listener, execa ends the program together with those that it has started.
 *
 * @param heard called at the first signal.
 */
export async function interruptible<Result>(
  run: (interrupted: AbortSignal) => Promise<Result>,
  heard: () => void = () => undefined,
): Promise<Result> {
  const interrupted = new AbortController();
  const hear = (signal: NodeJS.Signals) => {
    if (interrupted.signal.aborted) {
      stopListening();
      process.kill(process.pid, signal);
      return;
    }
    interrupted.abort(
      new TranslatedError({
        en: "interrupted; what is finished is kept.",
        fr: "interrompu ; ce qui est fini est gardé.",
      }),
    );
    heard();
  };
  const stopListening = () => {
    for (const signal of signals) process.off(signal, hear);
  };
  for (const signal of signals) process.on(signal, hear);
  try {
    return await run(interrupted.signal);
  } finally {
    stopListening();
  }
}
