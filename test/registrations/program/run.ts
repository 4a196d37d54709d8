import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import { program } from "../../../program.ts";
import { mocksFor, withoutSourceMaps } from "../recorder.ts";

/** Surroundings that a run of the program finds. */
export interface Found {
  /** Name of the stack; {@link bron} if absent. */
  stack?: string;
  /** Files below `stacks/`, beside the declaration of Bron. */
  files?: Readonly<Record<string, string>>;
  /** Plain settings of `commune:`, beside `data: disposable`: what is protected asks for a lock of images. */
  settings?: Readonly<Record<string, string>>;
  /** Secret settings of `commune:`. */
  secrets?: Readonly<Record<string, string>>;
  /** Outputs of stacks of the same backend at the end of their last update, by stack. */
  published?: Readonly<Record<string, object>>;
  /** Uid of the cluster. */
  cluster?: string;
  /** Data of Secrets that are on the cluster, by `namespace/name`. */
  secretsThere?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Record of the stack's first seed in the state; if absent, what this run says of it. */
  firstSeed?: Readonly<Record<string, string>>;
  /** Type of the resource that the engine never finishes. */
  unfinished?: string;
  kubeconfig?: string;
  today?: string;
}

/** Result of a run. */
export interface Ran {
  /** Message with which it stopped, without the SDK's frame and with files below `stacks/`; undefined if it did not. */
  refusal: string | undefined;
  /** Resources that the engine was asked to read, in order, as `<type> <name>`. */
  read: string[];
  /** Resources that the engine was asked to register, in the same way, but for the stack itself. */
  registered: string[];
  /** Their inputs, by the same names. */
  inputs: Map<string, Record<string, unknown>>;
  /** Warnings before it. */
  warned: string[];
  /** Outputs of the stack, as its next run finds them; undefined if it stopped. */
  outputs: Readonly<Record<string, unknown>> | undefined;
}

/** The stack and the commune of most runs. */
export const bron = "bron";
export const itsCluster = "11111111-2222-4333-8444-555555555555";

/** A commune without a service: what every commune has. */
export const declaration = (more = "", id = bron) => `id: ${id}
name: Bron
insee: "69029"
domain: ${id}.test
population: 900
contact: mairie@${id}.test
${more}`;

/**
 * Runs the program under Pulumi's mocks, as its language host does: what nobody awaits and is rejected stops it too.
 *
 * It does not prove that an engine would have done nothing with what was registered before: tests say that nothing was.
 */
export function run(found: Found = {}): Promise<Ran> {
  return withoutSourceMaps(() => ran(found));
}

async function ran({ stack = bron, ...found }: Found): Promise<Ran> {
  const stacks = written({ [`${bron}/commune.yaml`]: declaration(), ...found.files });
  const engine = new Engine(found);
  const secrets = named(found.secrets);
  const settings = named({ data: "disposable", ...found.settings });
  pulumi.runtime.setAllConfig({ ...settings, ...secrets }, Object.keys(secrets));
  await pulumi.runtime.setMocks(engine, "commune-cloud", stack, false, "organization");
  const warned: string[] = [];
  const { warn } = pulumi.log;
  Object.assign(pulumi.log, { warn: async (sentence: string) => void warned.push(sentence) });
  const rejected = new Rejected();
  try {
    const { kubeconfig, today = "2026-11-26" } = found;
    const whole = pulumi.runtime.runInPulumiStack(async () => ({
      ...(await program({ stacks, kubeconfig, today })),
    }));
    let outputs: Ran["outputs"];
    whole.then(
      (given) => {
        outputs = given;
      },
      (error: Error) => rejected.errors.unshift(error),
    );
    await engine.quiet();
    const refusal = rejected.errors.map(sentenceOf)[0]?.replaceAll(stacks, "stacks");
    const { read, registered, inputs } = engine;
    return { refusal, outputs, read, registered, inputs, warned };
  } finally {
    rejected.end();
    pulumi.runtime.setAllConfig({});
    Object.assign(pulumi.log, { warn });
    rmSync(stacks, { recursive: true });
  }
}

/** Message that stops a run, as people read it; with its error's name if it is no sentence for them, and has a stack. */
function sentenceOf(error: Error): string {
  const around = /^(error serializing property "\w+": )+/;
  const { message } = error;
  const isSentence = pulumi.RunError.isInstance(error) || around.test(message);
  return isSentence ? message.replace(around, "") : String(error);
}

/** A folder with files. */
function written(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A double of an engine: notes what it is asked, and answers as it would. */
class Engine implements pulumi.runtime.Mocks {
  readonly read: string[] = [];
  readonly registered: string[] = [];
  readonly inputs: Ran["inputs"] = new Map();
  private readonly others: pulumi.runtime.Mocks;

  constructor(private readonly found: Found) {
    this.others = mocksFor(found.published ?? {});
  }

  newResource(asked: pulumi.runtime.MockResourceArgs): ReturnType<pulumi.runtime.Mocks["newResource"]> {
    const { type, name, id, inputs } = asked;
    const { cluster = itsCluster, secretsThere = {}, firstSeed, unfinished } = this.found;
    if (type === "pulumi:pulumi:Stack") return this.others.newResource(asked);
    (id ? this.read : this.registered).push(`${type} ${name}`);
    this.inputs.set(`${type} ${name}`, inputs);
    if (type === unfinished) return new Promise(() => undefined);
    if (id === "kube-system") return { id, state: { metadata: { uid: cluster } } };
    if (type === "kubernetes:core/v1:Secret" && id) return { id, state: { data: encoded(secretsThere[id]) } };
    if (type.endsWith(":RandomUuid") && firstSeed) return { id: name, state: { keepers: firstSeed } };
    return this.others.newResource(asked);
  }

  call(asked: pulumi.runtime.MockCallArgs): ReturnType<pulumi.runtime.Mocks["call"]> {
    return this.others.call(asked);
  }

  /** Under mocks all is done in turns of the event loop: it is quiet when some of them asked for nothing more. */
  async quiet(): Promise<void> {
    for (let turns = 0, before = -1; turns < 10; turns++) {
      const asked = this.read.length + this.registered.length;
      if (asked !== before) turns = 0;
      before = asked;
      await setImmediate();
    }
  }
}

/** Catches what is rejected and awaited by nobody: vitest would call it a failure of its own. */
class Rejected {
  readonly errors: Error[] = [];
  private readonly others = process.listeners("unhandledRejection");

  constructor() {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (error: Error) => this.errors.push(error));
  }

  end(): void {
    process.removeAllListeners("unhandledRejection");
    for (const other of this.others) process.on("unhandledRejection", other);
  }
}

/** Settings as Pulumi names them. */
function named(settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`commune:${key}`, value]));
}

/** Data of a Secret as the API server gives it. */
function encoded(data: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
}

/** Returns what a stack published by a run that must not have been refused, for the next one to find. */
export async function publishedBy(found: Found = {}): Promise<{ published: Record<string, unknown> }> {
  const { refusal, outputs } = await run(found);
  if (outputs === undefined) throw new Error(refusal ?? "the run came to no end");
  return { published: JSON.parse(JSON.stringify(outputs.published)) };
}
