import { execa } from "execa";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";

/** `kubectl` on one cluster: the same context goes to every call. */
export class Kubectl {
  /**
   * @param context of the kubeconfig; its current one when absent.
   * @param signal ends what runs.
   */
  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly context?: string | undefined,
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  /** Whether a signal asked it to end. */
  get interrupted(): boolean {
    return this.signal.aborted;
  }

  /** Runs it and returns what it printed; throws what it complained of. */
  async text(words: readonly string[], input?: object): Promise<string> {
    const { exitCode, stdout, stderr, isCanceled, code } = await this.run(words, input, this.signal);
    if (isCanceled) throw new Error("interrupted");
    if (code === "ENOENT")
      throw new TranslatedError({
        en: "no program kubectl is found in the PATH: install it first.",
        fr: "aucun programme kubectl n’est dans le PATH : installez-le d’abord.",
      });
    const [, unknown] = /^error: context "(.*)" does not exist$/m.exec(stderr) ?? [];
    if (unknown !== undefined)
      throw new TranslatedError({
        en: `the kubeconfig has no context "${unknown}". Those that it has: kubectl config get-contexts`,
        fr: `le kubeconfig n’a pas de contexte « ${unknown} ». Ceux qu’il a : kubectl config get-contexts`,
      });
    if (exitCode !== 0) throw new Error(stderr.trim() || `kubectl ${words.join(" ")} failed`);
    return stdout;
  }

  async json(words: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.text([...words, "--output=json"]));
  }

  /** Whether it succeeds. */
  async succeeds(words: readonly string[], input?: object): Promise<boolean> {
    const { exitCode, isCanceled } = await this.run(words, input, this.signal);
    if (isCanceled) throw new Error("interrupted");
    return exitCode === 0;
  }

  /**
   * Removes a namespace and waits until it is gone, also after an interruption and beside a second one.
   *
   * @returns the reason why it still exists; undefined if it is gone.
   */
  async removeNamespace(name: string): Promise<string | undefined> {
    const words = [
      "delete",
      "namespace",
      name,
      "--ignore-not-found",
      "--timeout=120s",
      "--request-timeout=0",
    ];
    const { exitCode, stderr } = await this.run(words, undefined, undefined);
    return exitCode === 0 ? undefined : stderr.trim() || "kubectl failed";
  }

  private run(words: readonly string[], input: object | undefined, cancelSignal: AbortSignal | undefined) {
    const at = this.context === undefined ? [] : [`--context=${this.context}`];
    return execa("kubectl", [...at, "--request-timeout=60s", ...words], {
      env: this.environment,
      reject: false,
      // In a group of its own: Ctrl-C in a terminal reaches whoever cleans up, and not the cleaning.
      detached: true,
      ...(cancelSignal ? { cancelSignal } : {}),
      ...(input ? { input: JSON.stringify(input) } : {}),
    });
  }
}
