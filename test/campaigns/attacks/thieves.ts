import fc from "fast-check";
import { joinShares, splitSeed } from "../../../components/recovery/kit/share.ts";
import { readPassword, vaultPassword } from "../../../components/recovery/vault/access.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { guestKey, settings } from "../../programs/vault/vault.ts";
import { type Attack, alone, attack } from "./attack.ts";

const [commune, seed] = ["villeurbanne", Buffer.alloc(32, 11).toString("base64")];

const shares: Attack = attack({
  who: "kit's share",
  what: "have the seed from fewer shares than are needed, whatever they write on them",
  drawn: fc.integer({ min: 2, max: 7 }).chain((of) =>
    fc.integer({ min: 2, max: of }).chain((needed) =>
      fc.record({
        of: fc.constant(of),
        needed: fc.constant(needed),
        held: fc.uniqueArray(fc.integer({ min: 1, max: of }), { minLength: 1, maxLength: needed - 1 }),
        said: fc.integer({ min: 1, max: 7 }),
        guessed: fc.uint8Array({ minLength: 33, maxLength: 33 }),
      }),
    ),
  ),
  oneIn: 10,
  within: alone(async ({ of, needed, held, said, guessed }) => {
    const own = (await splitSeed(seed, { commune, of, needed })).filter(({ number }) =>
      held.includes(number),
    );
    const forged = own.map((share) => ({ ...share, needed: said }));
    const invented = own.slice(0, 1).map((share) => ({ ...share, number: of + 1, part: guessed }));
    for (const all of [own, forged, [...forged, ...invented]]) {
      const joined = await joinShares(all, commune).catch(() => undefined);
      if (joined !== undefined) return "they are the seed";
    }
    return undefined;
  }),
});

const pass = passOf({ service: "nextcloud", keepDays: 30 });
const fields = { version: "v", incarnation: "s", service: "", purpose: "", keepDays: "d" } as const;

const passwords: Attack = attack({
  who: "password of a vault",
  what: "open more with it than it was signed for: another service, purpose, version, site, vault, or a longer time",
  drawn: fc.oneof(
    fc.record({ version: fc.integer({ min: 2, max: 999_999 }) }),
    fc.record({ incarnation: fc.integer({ min: 2, max: 999_999 }) }),
    fc.record({ service: fc.oneof(fc.constant("*"), fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)) }),
    fc.record({ purpose: fc.constantFrom("read", "append", "delete") }),
    fc.record({ keepDays: fc.integer({ min: 0, max: 99_999 }) }),
    fc.record({ guest: fc.constantFrom("lyon", "bron", "villeurbanne-2") }),
    fc.record({
      host: fc.constantFrom("lyon", "villeurbanne"),
      domain: fc.constantFrom("lyon.test", "bron.test"),
    }),
    // The last letter of 64 bytes has four bits that say nothing.
    fc.record({ at: fc.nat(84), letter: fc.constantFrom(..."AaZ0_-") }),
  ),
  within: alone((drawn) => {
    const honest = vaultPassword(guestKey, settings, pass);
    const parts = honest.split(".");
    const [signature = ""] = parts.slice(-1);
    const { publicKey } = settings;
    if ("guest" in drawn || "host" in drawn)
      return readPassword(honest, { ...settings, ...drawn }, publicKey) && "another vault opens";
    if ("at" in drawn) {
      const guessed = signature.slice(0, drawn.at) + drawn.letter + signature.slice(drawn.at + 1);
      const forged = [...parts.slice(0, -1), guessed].join(".");
      return forged !== honest && readPassword(forged, settings, publicKey) ? "a guess opens" : undefined;
    }
    const said = { ...pass, ...drawn };
    const written = (Object.keys(fields) as (keyof typeof fields)[]).map(
      (name) => `${fields[name]}${said[name]}`,
    );
    const forged = [...written, signature].join(".");
    return forged !== honest && readPassword(forged, settings, publicKey) ? `${forged} opens` : undefined;
  }),
});

/** Attacks of whoever has stolen something. */
export const thieves: readonly Attack[] = [passwords, shares];
