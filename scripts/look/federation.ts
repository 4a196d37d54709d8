import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import type { FederationStatus } from "../../components/federation/status.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { spoken } from "../language.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/**
 * Time that a link may take to open, and a post to arrive, in milliseconds: ours ask at once, and again after
 * seconds.
 */
const patience = 120_000;

/** One commune's Mastodon: its address, and the token with which the commune's own account reads and writes. */
export interface Voice {
  commune: string;
  url: string;
  token: string;
}

/** Result of a look at two linked communes. */
export interface FederationLook {
  /** Kinds of services whose link both sides accept. */
  kinds: string[];
  /** Seconds from writing a post on one side to reading it on the other. */
  seconds: number;
}

/** Asks until there is an answer. Throws the sentence when there is none in time. */
async function until<T>(ask: () => Promise<T | undefined>, sentence: () => string): Promise<T> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(500)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new TranslatedError({
    en: `${sentence()} (waited ${patience / 1000} s)`,
    fr: `${sentence()} (après ${patience / 1000} s)`,
  });
}

/** Kinds whose link is open from one side; those of the status that both communes have are all that can be. */
function accepted(status: FederationStatus, peer: string): string[] {
  return Object.entries(status[peer]?.services ?? {}).flatMap(([kind, { state }]) =>
    state === "accepted" ? [kind] : [],
  );
}

/**
 * Looks at two communes that declare each other: waits until the link of their Mastodons is accepted on both sides, has
 * one write a post as its commune, reads it in what the other's commune follows, and removes it.
 *
 * @param statusOf what a commune's reconciler says of its links.
 */
export async function lookAtFederation(
  [from, to]: readonly [Voice, Voice],
  statusOf: (commune: string) => Promise<FederationStatus>,
  doorway: Doorway,
): Promise<FederationLook> {
  const sides = () => Promise.all([statusOf(from.commune), statusOf(to.commune)]);
  const kinds = await until(
    async () => {
      const [one, other] = await sides();
      const both = accepted(one, to.commune).filter((kind) => accepted(other, from.commune).includes(kind));
      return both.includes("microblog") ? both : undefined;
    },
    () =>
      spoken({
        en: `the link of ${from.commune} and ${to.commune} did not open: npx commune federation status ${from.commune} says why`,
        fr: `le lien de ${from.commune} et ${to.commune} ne s’est pas ouvert : npx commune federation status ${from.commune} dit pourquoi`,
      }),
  );
  const dispatcher = agentFor(doorway);
  try {
    return { kinds, seconds: await carried(from, to, dispatcher) };
  } finally {
    await dispatcher.close();
  }
}

async function carried(from: Voice, to: Voice, dispatcher: Dispatcher): Promise<number> {
  const text = `Bonjour ${randomBytes(6).toString("hex")}`;
  const start = Date.now();
  const post = await request(`${from.url}/api/v1/statuses`, {
    dispatcher,
    method: "POST",
    headers: { ...authorized(from), "content-type": "application/json" },
    body: JSON.stringify({ status: text, visibility: "public" }),
  });
  if (post.statusCode !== 200)
    throw new TranslatedError({
      en: `${from.url} took no post: it answered ${post.statusCode}.`,
      fr: `${from.url} n’a pas pris de message : réponse ${post.statusCode}.`,
    });
  const { id } = (await post.body.json()) as { id: string };
  const isThere = async () => {
    const home = await request(`${to.url}/api/v1/timelines/home`, { dispatcher, headers: authorized(to) });
    return (await home.body.text()).includes(text) ? true : undefined;
  };
  await until(isThere, () =>
    spoken({
      en: `what ${from.commune} wrote did not arrive at ${to.url}`,
      fr: `ce que ${from.commune} a écrit n’est pas arrivé à ${to.url}`,
    }),
  );
  const seconds = (Date.now() - start) / 1000;
  const removed = await request(`${from.url}/api/v1/statuses/${id}`, {
    dispatcher,
    method: "DELETE",
    headers: authorized(from),
  });
  await removed.body.dump();
  return seconds;
}

const authorized = ({ token }: Voice) => ({ authorization: `Bearer ${token}` });
