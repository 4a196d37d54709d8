import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Context, type DocumentLoader, Object as FederatedObject } from "@fedify/fedify";
import { lookupWebFinger } from "@fedify/fedify/webfinger";
import type { Instance } from "../instance.ts";
import { actors, signingKey } from "./actors.ts";

/** Tries and seconds that the real server gives a peer before it gives up (tried: about 3 s, 25 s for a silent one). */
const tries = 3;
const patience = 7_000;

const reserved = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  reserved.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  reserved.addSubnet(network, prefix, "ipv6");
}

/** Whether an address is not one of the internet's. */
export function isReserved(address: string): boolean {
  const family = isIP(address);
  return family === 0 ? false : reserved.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Refuses private addresses where `federation.prevent_ssrf` says so. */
export async function guard({ settings }: Instance, url: URL): Promise<void> {
  if (!settings.federation.prevent_ssrf) return;
  const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ""), { all: true });
  if (addresses.some(({ address }) => isReserved(address)))
    throw new Error("The IP of the domain is reserved!");
}

async function patiently<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await attempt(AbortSignal.timeout(patience));
    } catch (error) {
      if (left === 0) throw error;
      await pause(1_000);
    }
  }
}

interface Links {
  links?: { rel?: string; href?: string }[];
}

/** The address of a server's own actor, from its nodeinfo; undefined for software that names none. */
export async function applicationActorOf(instance: Instance, host: string): Promise<string | undefined> {
  const url = new URL(`https://${host}/.well-known/nodeinfo`);
  await guard(instance, url);
  const { links } = await patiently(async (signal) => {
    const response = await fetch(url, { signal, headers: { accept: "application/json" } });
    if (response.status >= 500) throw new Error(`${url.href} answers ${response.status}`);
    return response.ok ? ((await response.json()) as Links) : {};
  });
  return links?.find(({ rel }) => rel === "https://www.w3.org/ns/activitystreams#Application")?.href;
}

/** The address of an actor by its handle. Throws when the host does not know it. */
export async function actorByHandle(instance: Instance, handle: string): Promise<string> {
  const host = handle.split("@")[1] ?? "";
  await guard(instance, new URL(`https://${host}`));
  const found = await lookupWebFinger(`acct:${handle}`, {
    allowPrivateAddress: !instance.settings.federation.prevent_ssrf,
  });
  const self = found?.links?.find(
    ({ rel, type }) => rel === "self" && /activity\+json|ld\+json/.test(type ?? ""),
  );
  if (!self?.href) throw new Error(`webfinger of ${host} names no actor ${handle}`);
  return self.href;
}

/** Loads documents of peers, signed by this server's actor unless the configuration says no. */
export async function signedLoader(context: Context<Instance>): Promise<DocumentLoader> {
  const { data: instance } = context;
  const load = instance.settings.federation.sign_federated_fetches
    ? context.getDocumentLoader(await signingKey(instance.pool, await actors.server(instance.pool)))
    : context.documentLoader;
  return async (url) => {
    await guard(instance, new URL(url));
    return load(url);
  };
}

/** The object at an address of a peer, as the peer itself serves it. Throws when it does not. */
export async function objectAt(context: Context<Instance>, url: string): Promise<FederatedObject> {
  const documentLoader = await signedLoader(context);
  const { document } = await documentLoader(url);
  const object = await FederatedObject.fromJsonLd(document, {
    documentLoader,
    contextLoader: context.contextLoader,
  });
  if (object.id && object.id.origin !== new URL(url).origin)
    throw new Error(`${url} says that it is ${object.id.href}`);
  return object;
}
