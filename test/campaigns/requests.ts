import { parseArgs } from "node:util";
import { obfuscate } from "confusables";
import fc from "fast-check";
import { firstPage } from "../../components/tenants/applications/pages.ts";
import { readRequest } from "../../components/tenants/requests/request.ts";
import { planFor, type ReviewFacts, reviewRequest } from "../../components/tenants/requests/review.ts";
import { confirmPath } from "../../components/tenants/requests/settings.ts";
import { tenantSchema, tenantsSection } from "../../components/tenants/tenant/declaration.ts";
import { attachedTo, type Letter, linkIn } from "../doubles/mailbox/letter.ts";
import { RunningForm } from "../programs/requests/form.ts";

type Typed = Record<string, string | readonly string[]>;

/** A submission: what is typed, and how it is sent. */
interface Submission {
  what: string;
  /** Whether nothing is wrong with it once it is written as text: it may be approved. */
  harmless: boolean;
  typed: Typed;
  /** Sent with a token that is not fresh, twice, or with its link changed. */
  token?: "forged" | "none" | "again";
  link?: (link: string) => string;
}

const evil = "<x-evil onload=alert(1)>";
const word = fc.stringMatching(/^[b-df-hj-np-tv-xz]{7,9}$/);
const honest = fc
  .record({ first: word, second: word, number: fc.integer({ min: 1_000_000, max: 9_999_999 }) })
  .map(({ first, second, number }) => ({
    ...{
      name: `Amis ${first} ${second}`,
      id: `${first}-${second}`.slice(0, 20),
      rna: `W69${number}`,
      siren: "",
    },
    ...{
      contact: `${first}.${second}${number}@exemple.test`,
      purpose: "Nous jouons.",
      terms: "oui",
      applications: ["site"],
    },
  }));

/** One thing that is wrong, put into an honest submission. */
const wrongs: readonly ((typed: Typed) => Partial<Submission>)[] = [
  () => ({ what: "somebody's id", typed: { id: "club" } }),
  () => ({ what: "almost somebody's id", typed: { id: "club-de-boulles" } }),
  () => ({ what: "somebody's name in other letters", typed: { name: obfuscate("Club de boules") } }),
  () => ({ what: "somebody's name with a space more", typed: { name: "Club de  Boules" } }),
  () => ({ what: "somebody's number", typed: { rna: "W691111111" } }),
  () => ({ what: "somebody's mailbox", typed: { contact: "Club@boules.test" } }),
  () => ({ what: "the commune's own name", typed: { name: "Ville de Bron" } }),
  () => ({ what: "a reserved id", typed: { id: "www" } }),
  () => ({ what: "almost a reserved id", typed: { id: "postmasters" } }),
  () => ({ what: "a path as id", typed: { id: "../../commune" } }),
  () => ({ what: "statements as id", typed: { id: "x'; DROP DATABASE postgres; --" } }),
  () => ({ what: "YAML as name", typed: { name: "x\nplan: huge" } }),
  () => ({ what: "markup as name", typed: { name: evil } }),
  () => ({ what: "a link as name", typed: { name: "Remboursement sur www.exemple.test" } }),
  () => ({ what: "directions as name", typed: { name: "Club \u202eseluob" } }),
  () => ({
    what: "a head of mail",
    typed: { contact: "a@exemple.test\r\nBcc: b@exemple.test\r\nX-Evil: 1" },
  }),
  () => ({ what: "two mailboxes", typed: { contact: "a@exemple.test, b@exemple.test" } }),
  () => ({ what: "markup as who administers", typed: { givenName: evil, surname: "N", mail: "a@b.test" } }),
  () => ({ what: "half of who administers", typed: { surname: "N" } }),
  () => ({
    what: "a head of mail as who administers",
    typed: { givenName: "L", surname: "N", mail: "a@b.test\r\nBcc: c@d.test" },
  }),
  () => ({ what: "another tool", typed: { applications: ["site", "root"] } }),
  () => ({ what: "no agreement", typed: { terms: "non" } }),
  () => ({ what: "too long", typed: { purpose: "x".repeat(5_000) } }),
  () => ({ what: "far too long", typed: { purpose: "é".repeat(50_000) } }),
  () => ({ what: "invisible signs", typed: { purpose: "a\u200bb" } }),
  () => ({ what: "the field that nobody sees", typed: { website: "https://spam.test" } }),
  () => ({ what: "a forged token", token: "forged" }),
  () => ({ what: "no token", token: "none" }),
  () => ({ what: "a link cut", link: (link) => link.slice(0, -3) }),
  () => ({ what: "a link changed", link: (link) => `${link.startsWith("a") ? "b" : "a"}${link.slice(1)}` }),
  () => ({ what: "no number at all", typed: { rna: "" } }),
  () => ({ what: "markup as purpose", harmless: true, typed: { purpose: `Nous jouons ${evil} ]]> -->` } }),
  () => ({
    what: "fields that nobody asked for",
    harmless: true,
    typed: { plan: "huge", commune: "lyon", confirmed: "x" },
  }),
  () => ({ what: "sent twice", harmless: true, token: "again" }),
];

const submission = fc.tuple(honest, fc.constantFrom(...wrongs)).map(([typed, wrong]): Submission => {
  const given = wrong(typed);
  return { what: "", harmless: false, ...given, typed: { ...typed, ...given.typed } };
});

const tenants = tenantsSection.parse({ domain: "assos-bron.test" });
const club = tenantSchema().parse({
  ...{ id: "club", name: "Club de boules", rna: "W691111111", contact: "club@boules.test", plan: "small" },
  ...{ applications: { site: {} }, expires: "2030-01-01" },
});
const boules = { ...club, id: "club-de-boules", rna: "W692222222", contact: "b@boules.test" };
const facts: ReviewFacts = {
  subject: { id: "bron", domain: "bron.test", tenants },
  hosted: [club, boules].map((tenant) => ({ ...tenant, pages: firstPage(tenant) })),
  ...{ decided: [], left: [], waiting: [], ownNames: ["bron", "Bron", "ville de Bron"], today: "2026-11-27" },
};

/** Counts of some submissions. */
export interface Tally {
  submissions: number;
  /** By where they ended: `form`, `token`, `link`, `silence`, `doubted`, `refused`, `clean`. */
  ended: Record<string, number>;
  letters: number;
}

/** Throws if a letter is what it may never be: to somebody else, or with a head that was typed. */
function checkLetter({ to, raw }: Letter, mailbox: string): void {
  if (to.length !== 1 || (to[0] !== mailbox && to[0] !== "numerique@bron.test"))
    throw new Error(`a letter went to ${to.join(", ")}`);
  const [head = ""] = raw.split("\r\n\r\n", 1);
  if (/^(x-evil|bcc|cc):/im.test(head)) throw new Error("a letter has a head that was typed");
}

/** Sends hostile submissions to a form with a relay beside it. Throws where one harms, or gets through review as clean. */
export async function requestsCampaign({ seed, count }: { seed: number; count: number }): Promise<Tally> {
  const form = await new RunningForm().open({ perDay: Number.MAX_SAFE_INTEGER });
  const ended: Record<string, number> = {};
  let letters = 0;
  try {
    const all = fc.sample(submission, { seed, numRuns: count });
    for (const [index, each] of all.entries()) {
      const end = await play(form, each, index);
      ended[end] = (ended[end] ?? 0) + 1;
      if (end === "clean" && !each.harmless)
        throw new Error(
          `seed ${seed}, number ${index}: ${each.what} got through review: ${JSON.stringify(each.typed)}`,
        );
      letters += form.mailroom.letters.splice(0).length;
    }
    if (form.failures.length > 0) throw new Error(`seed ${seed}: ${form.failures[0]}`);
    if (!(await fetch(`${form.address}/healthz`)).ok) throw new Error("the form does not answer any more");
  } finally {
    await form.close();
  }
  return { submissions: count, ended, letters };
}

/** One submission, to its end. */
async function play(form: RunningForm, { typed, token, link }: Submission, index: number): Promise<string> {
  const from = `2001:db8:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}::1`;
  const good = await form.token();
  const sent = async () =>
    form.send(typed, {
      from,
      token: token === "forged" ? good.replace(/.$/, "!") : token === "none" ? "" : good,
    });
  const answers = [await sent(), ...(token === "again" ? [await sent()] : [])];
  for (const { status, text } of answers) {
    if (status >= 500) throw new Error(`answered ${status} to ${JSON.stringify(typed)}`);
    if (text.includes("<x-evil")) throw new Error(`markup was passed on: ${JSON.stringify(typed)}`);
  }
  const [letter, ...more] = form.mailroom.letters;
  if (more.length > 0) throw new Error(`${more.length + 1} letters for one submission`);
  if (letter === undefined) {
    if (answers[0]?.status === 200) return "silence";
    return answers[0]?.text.includes("a trop attendu") ? "token" : "form";
  }
  checkLetter(letter, String(typed.contact));
  const own = linkIn(letter);
  const page = await fetch(`${form.address}${confirmPath}?d=${encodeURIComponent(link?.(own) ?? own)}`);
  if ((await page.text()).includes("<x-evil"))
    throw new Error("markup was passed on by the page of the link");
  const confirmed = await form.send({ d: link?.(own) ?? own }, { from, path: confirmPath, token: "" });
  const brought = form.mailroom.letters[1];
  if (brought === undefined) {
    if (confirmed.status === 200) throw new Error("a request was taken, and brought to nobody");
    return "link";
  }
  checkLetter(brought, String(typed.contact));
  const read = readRequest(Buffer.from(attachedTo(brought)), form.keys.publicKey);
  if ("problem" in read) throw new Error(`what the form brought ${read.problem}`);
  const agreed = { plan: planFor(facts.subject, read.request), expires: "2028-11-27" };
  const { refused, doubts } = reviewRequest(read.request, facts, agreed);
  return refused.length > 0 ? "refused" : doubts.length > 0 ? "doubted" : "clean";
}

/** `npm run campaign requests`: hostile submissions to the form for associations, with a relay beside it. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: process.env.COMMUNE_SEED },
      count: { type: "string", default: "10000" },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const { submissions, ended, letters } = await requestsCampaign({ seed, count: Number(values.count) });
  console.log(
    `${submissions} hostile submissions ended ${JSON.stringify(ended)}; ${letters} letters went out`,
  );
}
