import { showWord } from "../foundation/declaration/show.ts";
import { type Descriptor, descriptorSchemaOf, type Kinds } from "./descriptor.ts";
import { isSignedBy, namedKey } from "./proof.ts";
import { claimElsewhere, type Territory } from "./territory.ts";

/** The commune to ask, and the known facts about it. */
export interface Sought extends Territory {
  peer: string;
  /** The key that counts; when absent, the one that the descriptor names. */
  key: string | undefined;
  /** Kinds of services that are known here. */
  kinds: Kinds;
}

/** Schemas by set of kinds, each made once: a program has one. */
const schemas = new Map<string, ReturnType<typeof descriptorSchemaOf>>();

function schemaOf(kinds: Kinds): ReturnType<typeof descriptorSchemaOf> {
  const schema = schemas.get(kinds.join()) ?? descriptorSchemaOf(kinds);
  schemas.set(kinds.join(), schema);
  return schema;
}

/** Meaning of an answer at a commune's domain. */
export type Verdict =
  /** The commune itself, by the key that its descriptor is signed with. */
  | { is: "peer"; descriptor: Descriptor; key: string }
  /** Something else: it does not have the commune's key. */
  | { is: "other"; why: string }
  /** No descriptor, or one that is not valid now or speaks for others: it proves nothing. */
  | { is: "nothing"; why: string };

/** Judges the answer to a request for the descriptor of this commune. */
export function judgeAnswer(
  { status, text }: { status: number; text: string },
  sought: Sought,
  now: Date,
): Verdict {
  if (status !== 200) return { is: "nothing", why: `answered ${status}` };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { is: "nothing", why: "its descriptor is no JSON" };
  }
  return judge(document, sought, now);
}

/** Judges whether a document is the descriptor of this commune. */
export function judge(document: unknown, sought: Sought, now: Date): Verdict {
  const { peer, domain, key, kinds } = sought;
  const other = (why: string) => ({ is: "other", why }) as const;
  // Signed with the commune's key: its clock may be wrong or its toolkit newer, which ends no link.
  const nothing = (why: string) => ({ is: "nothing", why }) as const;
  const named = namedKey(document);
  if (named === undefined) return other("what answers at its domain is not signed");
  if (key !== undefined && named !== key)
    return other(`what answers at its domain has another key (${named})`);
  if (!isSignedBy(document, named)) return other("the signature of its descriptor is wrong");
  const signed = document as Partial<Record<keyof Descriptor, unknown>>;
  const differs = (value: unknown, due: string) => typeof value === "string" && value !== due;
  if (differs(signed.id, peer) || differs(signed.domain, domain)) {
    return other(
      `what answers at its domain is the descriptor of ${showWord(String(signed.id))} at ${showWord(String(signed.domain))}`,
    );
  }
  const read = schemaOf(kinds).safeParse(knownPart(signed, kinds));
  if (!read.success) {
    const [issue] = read.error.issues;
    return nothing(
      `its descriptor cannot be read (${showWord(issue?.path.join(".") ?? "")}: ${issue?.message})`,
    );
  }
  const descriptor = read.data;
  // Clocks may differ by a few minutes.
  const soon = new Date(now.getTime() + 10 * 60_000);
  if (new Date(descriptor.expires) < now || new Date(descriptor.issued) > soon) {
    return nothing(
      `its descriptor is not of now (issued ${descriptor.issued}, expires ${descriptor.expires}): one of the clocks is wrong`,
    );
  }
  const elsewhere = claimElsewhere(descriptor, sought);
  if (elsewhere !== undefined) return nothing(elsewhere);
  return { is: "peer", descriptor, key: named };
}

/** Returns a document without the kinds of services that only a newer toolkit knows. */
function knownPart(document: Partial<Record<keyof Descriptor, unknown>>, kinds: Kinds): object {
  const isKnown = (kind: unknown) => kinds.some((known) => known === kind);
  const { services, peers } = document;
  return {
    ...document,
    ...(Array.isArray(services)
      ? { services: services.filter((service: { kind?: unknown } | null) => isKnown(service?.kind)) }
      : {}),
    ...(Array.isArray(peers)
      ? {
          peers: peers.map((peer: { services?: unknown } | null) =>
            Array.isArray(peer?.services) ? { ...peer, services: peer.services.filter(isKnown) } : peer,
          ),
        }
      : {}),
  };
}
