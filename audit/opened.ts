import type { Change } from "../components/commune/changes/change.ts";
import { declaredHosts } from "../policies/declared-hosts.ts";
import { addressesCompared, openingsCompared } from "./compared.ts";
import type { Facts } from "./facts.ts";

/** Something that opens to the public, to another commune or to the outside. Each needs two who say yes. */
export type Opened =
  /** A public address that did not answer before. */
  | { kind: "address"; address: string }
  /** More people may make an account with a service, or see what is in one of an association. */
  | { kind: "access"; change: Change }
  /** A link with another commune, or one more service of it. */
  | { kind: "link"; change: Change }
  /** A server of others that the declaration names for a program to reach. */
  | { kind: "server"; host: string }
  /** A service that a network policy lets reach, or be reached from, the outside. */
  | { kind: "way in" | "way out"; service: string }
  /** Public Wi-Fi at a new point, or where no radio was allowed. */
  | { kind: "radio"; change: Change };

/** Values of a field, from the most closed to the most open. */
const opening: readonly (readonly [field: RegExp, values: readonly string[]])[] = [
  [/\.registrations$/, ["closed", "approval", "open"]],
  [/\.(signup|publicFeeds)$/, ["false", "true"]],
  [/\.access$/, ["admins", "members", "public"]],
  [/\.readers$/, ["members", "added"]],
  [/\.writers$/, ["owners", "readers", "moderated"]],
];

/** Whether a changed setting lets more people in than before. */
export function letsIn({ what, name, from, to }: Change): boolean {
  if (what !== "setting") return false;
  const values = opening.find(([field]) => field.test(name))?.[1] ?? [];
  const [was, is] = [from, to].map((value) => values.indexOf(String(value)));
  return was !== undefined && is !== undefined && was >= 0 && is > was;
}

/** Fields of a declaration that people read or that name what is served here: no program reaches their hosts. */
const readAlone = /^(contact|website|portal)\b|^tenants\.domain$|^associations\.[^.]+\.(contact|domain)$/;

/** Hosts of others that changed fields name now. */
export function serversOfOthers({
  changes,
  after: { declaration },
}: Pick<Facts, "changes" | "after">): string[] {
  const { domain } = declaration;
  const others = declaredHosts(declaration).filter(
    ({ field, host }) => host !== domain && !host.endsWith(`.${domain}`) && !readAlone.test(field),
  );
  const settings = changes.filter(({ what }) => what === "setting").map(({ name }) => name);
  const named = others.filter(({ field }) =>
    settings.some((name) => field === name || field.startsWith(`${name}.`)),
  );
  return [...new Set(named.map(({ host }) => host))];
}

/** Everything that a change opens; empty if nothing does. */
export function openedBy(facts: Pick<Facts, "changes" | "before" | "after">): Opened[] {
  const ways = openingsCompared(facts).come.filter(({ party }) =>
    ["internet", "addresses"].includes(party.who),
  );
  return [
    ...addressesCompared(facts).come.map(({ address }): Opened => ({ kind: "address", address })),
    ...facts.changes.flatMap((change): Opened[] => {
      const { what, from, to, told } = change;
      if (letsIn(change)) return [{ kind: "access", change }];
      if (what === "link") return to !== undefined && from !== to ? [{ kind: "link", change }] : [];
      const isRadio =
        told.sentence === "pointsCome" || (told.sentence === "placeGoes" && told.with.kind === "zone");
      return isRadio ? [{ kind: "radio", change }] : [];
    }),
    ...serversOfOthers(facts).map((host): Opened => ({ kind: "server", host })),
    ...ways.map(({ service, direction }): Opened => ({ kind: `way ${direction}`, service })),
  ];
}
