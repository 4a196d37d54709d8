import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import { byTypeAndName, type Registration } from "./order.ts";

/** Outputs that stacks of the same backend published, by stack. */
export type Published = Readonly<Record<string, object>>;

/** Gives what the cluster and the backend would: enough for a program to run to its end. */
export const mocksFor = (published: Published): pulumi.runtime.Mocks => ({
  newResource: ({ type, name, inputs }) => {
    if (type === "pulumi:pulumi:StackReference") {
      const outputs = published[String(inputs.name).split("/").at(-1) ?? ""] ?? {};
      return { id: name, state: { ...inputs, outputs, secretOutputNames: [] } };
    }
    if (type === "random:index/randomBytes:RandomBytes") {
      return { id: name, state: { ...inputs, base64: Buffer.alloc(32, 7).toString("base64") } };
    }
    const metadata = { ...inputs.metadata, managedFields: [{ time: "2026-11-26T00:00:00Z" }] };
    const id = `${inputs.metadata?.namespace ?? ""}/${inputs.metadata?.name ?? name}`;
    return { id, state: { ...inputs, metadata } };
  },
  call: ({ token }) => {
    throw new Error(`The program called ${token}, which no test expects`);
  },
});

/**
 * Runs a program under Pulumi's mocks and returns what it registered, sorted.
 *
 * It does not prove: that an API server accepts the objects, what the engine does with options, or that
 * URNs stay the same (mocks keep only the immediate parent's type).
 */
export async function record(
  stack: string,
  program: () => void | Promise<void>,
  published: Published = {},
): Promise<Registration[]> {
  return withoutSourceMaps(() => recorded(stack, program, published));
}

/** The SDK reads its own stack at every call: finding each line in vitest's source maps would take longer than all else. */
export async function withoutSourceMaps<Result>(run: () => Promise<Result>): Promise<Result> {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Reflect.deleteProperty(Error, "prepareStackTrace");
  Error.stackTraceLimit = 1;
  try {
    return await run();
  } finally {
    // Mocks answer at once: without a turn of the event loop now and then, vitest does not hear its own process for a minute.
    await setImmediate();
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function recorded(
  stack: string,
  program: () => void | Promise<void>,
  published: Published,
): Promise<Registration[]> {
  await pulumi.runtime.setMocks(mocksFor(published), "commune-cloud", stack, false, "organization");
  const seen = new Map<string, Promise<Registration>>();
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const key = `${type}::${name}`;
      if (seen.has(key)) throw new Error(`Registered twice: ${key}`);
      seen.set(key, registration(type, name, props, opts));
      return undefined;
    });
    await program();
    return {};
  });
  const registrations = await Promise.all(seen.values());
  return registrations.sort(byTypeAndName);
}

async function registration(
  type: string,
  name: string,
  props: pulumi.Inputs,
  opts: pulumi.ResourceOptions,
): Promise<Registration> {
  return {
    type,
    name,
    parent: opts.parent && (await nameOf(opts.parent)),
    protect: opts.protect ?? false,
    retainOnDelete: opts.retainOnDelete ?? false,
    dependsOn: await dependencies(opts.dependsOn),
    inputs: await masked(props),
  };
}

async function nameOf(resource: pulumi.Resource): Promise<string> {
  const urn = await plain(resource.urn);
  return urn.split("::").slice(-2).join("::").replace(/^.*\$/, "");
}

async function dependencies(dependsOn: pulumi.ResourceOptions["dependsOn"]): Promise<string[]> {
  const resolved = await plain(
    pulumi.output(dependsOn === undefined ? [] : (dependsOn as pulumi.Resource[])),
  );
  const list = Array.isArray(resolved) ? resolved : [resolved];
  return (await Promise.all(list.map(nameOf))).sort();
}

function plain<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    output.apply(resolve as (value: T) => void);
    (output as unknown as { promise(): Promise<T> }).promise().catch(reject);
  });
}

/** The value with every secret part replaced by the word `[secret]`. */
async function masked(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    const resolved = await plain(value);
    return (await pulumi.isSecret(value)) ? hidden(resolved) : masked(resolved);
  }
  if (Array.isArray(value)) return Promise.all(value.map(masked));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => a.localeCompare(b, "en"));
    return Object.fromEntries(
      await Promise.all(entries.map(async ([key, inner]) => [key, await masked(inner)])),
    );
  }
  return value;
}

/** Keys of a secret object stay readable: a reviewer must see which secrets there are. */
function hidden(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner)]));
}
