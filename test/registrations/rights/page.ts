import type { Right } from "./rights.ts";

/** Reasons for rights, by kind, then by {@link keysOf}: what is written for one service goes before `*`. */
export type Reasons = Readonly<Record<Right["kind"], Readonly<Record<string, string>>>>;

/** The service that a namespace is of: its database and the keeper of that are its own. */
const serviceOf = (space: string) => space.replace(/-database(-keeper)?$/, "");

/** A text of a service's right as it is said of every service. */
const ofEach = (text: string, { space }: Pick<Right, "space">) =>
  text.replaceAll(new RegExp(`(?<!\\w)${serviceOf(space)}(?!\\w)`, "g"), "*");

/** By which names a reason may be written: for this service, for each that has the same. */
function keysOf(right: Right): [string, string] {
  const own = `${right.space}: ${right.what}`;
  return [own, ofEach(own, right)];
}

const reasonOf = (right: Right, reasons: Reasons) =>
  keysOf(right)
    .map((key) => reasons[right.kind][key])
    .find((reason) => reason !== undefined);

/** Rights that have no reason, and reasons that no right has. */
export function unreasoned(
  rights: readonly Right[],
  reasons: Reasons,
): { missing: string[]; idle: string[] } {
  const used = new Set(
    rights.flatMap((right) => {
      const key = keysOf(right).find((each) => reasons[right.kind][each] !== undefined);
      return key === undefined ? [] : [`${right.kind} ${key}`];
    }),
  );
  const written = Object.entries(reasons).flatMap(([kind, all]) =>
    Object.keys(all).map((key) => `${kind} ${key}`),
  );
  return {
    missing: rights
      .filter((right) => reasonOf(right, reasons) === undefined)
      .map((right) => `${right.kind} ${keysOf(right)[0]}`),
    idle: written.filter((key) => !used.has(key)),
  };
}

const titles: Readonly<Record<Right["kind"], string>> = {
  account: "Accounts of the cluster's API",
  role: "What these accounts may do",
  secret: "Secrets: who has which key",
  port: "Ports: who is let in",
};

/** Rights that are the same in several services, in one line. */
function lines(rights: readonly Right[], reasons: Reasons): string[] {
  const same = new Map<string, Right[]>();
  for (const right of rights) {
    const texts = [right.space, right.what, right.who].map((text) => ofEach(text, right));
    const key = JSON.stringify([...texts, reasonOf(right, reasons)]);
    same.set(key, [...(same.get(key) ?? []), right]);
  }
  const of = ([right]: readonly Right[]) => (right ? serviceOf(right.space) : "");
  return [...same.values()]
    .sort((one, other) => other.length - one.length || of(one).localeCompare(of(other), "en"))
    .flatMap((all) => {
      const services = all.map(({ space }) => serviceOf(space)).sort();
      return all.slice(0, 1).map((right) => {
        const said = (text: string) =>
          all.length > 1 ? ofEach(text, right).replaceAll(/(?<!\*)\*(?!\*)/g, "\\*") : text;
        const where = all.length > 1 ? `${said(right.space)}: ${services.join(", ")}` : right.space;
        const who = right.who === "" ? "nobody" : said(right.who);
        return `| ${where} | ${said(right.what)} | ${who} | ${reasonOf(right, reasons)} |`;
      });
    });
}

/** The tables of the page: those of many services first. */
export function rightsTables(rights: readonly Right[], reasons: Reasons): string {
  return Object.entries(titles)
    .map(([kind, title]) => {
      const own = rights.filter((right) => right.kind === kind);
      return [
        `## ${title}`,
        "",
        "| where | what | who | why |",
        "|---|---|---|---|",
        ...lines(own, reasons),
      ].join("\n");
    })
    .join("\n\n");
}
