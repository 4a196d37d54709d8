import { createHash } from "node:crypto";
import fc from "fast-check";
import { copyVault, type Judge } from "../../../components/recovery/vault/copy.ts";
import { fileName, readRepository } from "../../../components/recovery/vault/names.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import { sha256 } from "../../programs/vault/vault.ts";
import { hostileDescriptors } from "../descriptors.ts";
import { type Attack, alone, attack } from "./attack.ts";

/** Start of everything that a guest wrote: stands for what restic tells by decrypting. */
const mine = "of the guest: ";
const judgeOf = (generation: string | undefined): Judge => ({
  open: async () => ({
    keys: [sha256(`${mine}key`)],
    packsIn: async (_, index) => {
      if (!index.toString().startsWith(mine)) throw new Error("not ours");
      return [sha256(`${mine}pack`)];
    },
    generationIn: async (_, snapshot) => {
      if (!snapshot.toString().startsWith(mine)) throw new Error("not ours");
      return generation;
    },
    close: async () => undefined,
  }),
});

/** Names under which the guest might have a repository: it has the last one. */
const own = "nextcloud/files-2026q4";
const likely = ["nextcloud/files-2026q3", "nextcloud/files-2026-11-26", "nextcloud/base-2026q4", own];

const name = fc.oneof(
  fc.constantFrom(
    "../../etc/passwd",
    "..%2f",
    "nextcloud/files-2026q4/../../x",
    "nextcloud/files-2026q5",
    "?create=true",
    "a b",
  ),
  fc.string(),
  fc.constantFrom(...likely),
);

/** Repositories of a vault, by the paths of its files. */
const repositories = (kept: ReadonlyMap<string, string>) =>
  [...new Set([...kept.keys()].map((path) => path.split("/").slice(1, 3).join("/")))].map((name) => ({
    name,
  }));

const poison: Attack = attack({
  who: "host",
  what: "have something brought to another vault that the guest did not write, or under a name of its choice",
  drawn: fc.record({
    names: fc.array(name, { minLength: 1, maxLength: 6 }),
    isNamed: fc.boolean(),
    garbage: fc.array(
      fc.record({
        type: fc.constantFrom("index", "snapshots", "keys", "data"),
        text: fc.string(),
        isNamedSo: fc.boolean(),
      }),
      {
        maxLength: 6,
      },
    ),
    quarantined: fc.array(fc.string(), { maxLength: 2 }),
  }),
  within: alone(async ({ names, isNamed, garbage, quarantined }) => {
    const honest = ["keys", "data", "index", "snapshots"].map((type) => {
      const text = `${mine}${{ keys: "key", data: "pack" }[type] ?? type}`;
      return { type, name: sha256(text), text };
    });
    const there = [
      ...honest,
      ...garbage.map(({ type, text, isNamedSo }) => ({
        type,
        text,
        name: isNamedSo ? sha256(text) : `${text}x`,
      })),
    ];
    const answer = (value: unknown) =>
      new Response(typeof value === "string" ? value : JSON.stringify(value));
    const wrong: string[] = [];
    const served = (path: string) => {
      if (path === "/status")
        return answer({ generations: names.map((each) => ({ name: each })), quarantined });
      const [, repository = "", type = "", file = ""] = /^\/([^/]+\/[^/]+)\/([^/]*)\/?(.*)$/.exec(path) ?? [];
      if (readRepository(repository) === undefined) wrong.push(path);
      if (type === "config") return answer("config");
      const all = there.filter((each) => each.type === type);
      if (file === "") return answer(all.map((each) => ({ name: each.name, size: 1 })));
      if (!fileName.test(file)) wrong.push(path);
      const found = all.find((each) => each.name === file);
      return found ? answer(found.text) : new Response("", { status: 404 });
    };
    const brought: string[] = [];
    const kept = new Map<string, string>();
    const access = { address: "https://vault.test", user: "villeurbanne", password: "x" };
    const from = new OpenVault("lyon", access, async (address) =>
      served(address.slice(access.address.length)),
    );
    const to = new OpenVault("bron", access, async (address, { method, body }) => {
      const path = address.slice(access.address.length);
      if (method === "GET") {
        if (path === "/status") return answer({ generations: repositories(kept), quarantined: [] });
        const text = kept.get(path);
        return text === undefined ? new Response("", { status: 404 }) : answer(text);
      }
      const isPlain = /^\/nextcloud\/[^/]+\/(\?create=true|config)$/.test(path);
      const text = Buffer.from(body ?? []).toString();
      kept.set(path, text);
      if (!isPlain && !text.startsWith(mine)) brought.push(`${path}: ${text}`);
      if (!isPlain && createHash("sha256").update(text).digest("hex") !== path.split("/").at(-1))
        wrong.push(path);
      return answer("ok");
    });
    const judge = judgeOf(isNamed ? own.split("/")[1] : undefined);
    const copied = () => copyVault(from, to, { judge }).catch(() => undefined);
    await copied();
    // What the first one left lets the second one do no more.
    await copied();
    const arrived = repositories(kept).map((each) => each.name);
    if (arrived.length > 1) brought.push(`one repository is there as ${arrived.join(", ")}`);
    if (isNamed && arrived.some((each) => each !== own))
      brought.push(`${own} is there as ${arrived.join(", ")}`);
    return [...wrong, ...brought][0];
  }),
});

const descriptors: Attack = {
  who: "peer",
  what: "open or close a link of others by what it signs",
  async tried({ seed, count }) {
    const numRuns = Math.ceil(count / 2);
    await hostileDescriptors({ seed, count: numRuns });
    return numRuns;
  },
};

/** Attacks of neighbours. */
export const neighbours: readonly Attack[] = [poison, descriptors];
