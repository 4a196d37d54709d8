import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { append, type Entry, previousOf } from "../../../audit/approval/log.ts";
import { publicLogOf } from "../../../audit/approval/public-log.ts";
import { toldLogSchema } from "../../../components/federation/told-log.ts";
import { toldLogPage } from "../../../components/federation/told-log-page.ts";
import { type Signer, signedLine, signer } from "./signers.ts";

const team = signer("équipe numérique", "administrator");
const mayor = signer("maire", "official");
const stranger = signer("personne", "official");

let stacks: string;
beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "told-"));
  mkdirSync(join(stacks, "bron"));
  const line = ({ name, role, line: key }: Signer) =>
    `  - { name: ${name}, role: ${role}, from: 2026-01-01, key: ${key} }\n`;
  writeFileSync(join(stacks, "bron", "approvers.yaml"), `approvers:\n${line(team)}${line(mayor)}`);
});
afterEach(() => rmSync(stacks, { recursive: true }));

const sha = (letter: string) => `sha256:${letter.repeat(64)}`;

/** Adds a line about a report to the log, after those before it. */
function say(
  kind: "proposed" | "approved" | "applied",
  report: string,
  by = team,
  at = "2026-11-26T10:00:00Z",
) {
  const common = { stack: "bron", at, previous: previousOf(stacks, "bron") };
  const reported = { digest: sha("d"), report: sha(report) };
  const said = {
    ...({ label: "irreversible", needs: "two", role: by.role, by: by.fingerprint } as const),
    shown: [`Nextcloud passe à 34 <${report}>.`, "x".repeat(500)],
  };
  if (kind === "applied") return append(stacks, { entry: { kind, ...common, ...reported } });
  const entry: Entry =
    kind === "proposed"
      ? { kind, ...common, ...reported, ...said }
      : { kind, ...common, ...reported, ...said, author: team.fingerprint, expires: "2026-11-30T10:00:00Z" };
  append(stacks, signedLine(entry, by));
}

const pageOf = (kitTried?: string) => {
  const log = publicLogOf(stacks, "bron", kitTried);
  // What the pod reads is what the stack writes.
  expect(toldLogSchema.parse(JSON.parse(JSON.stringify(log)))).toEqual(log);
  return toldLogPage(log, { name: "Bron" }).body.toString();
};

test("a commune without a log says so, and proves no exercise", () => {
  expect(publicLogOf(stacks, "bron", undefined)).toEqual({
    changes: [],
    exceptions: [],
    lines: 0,
    faulty: 0,
  });
  expect(pageOf()).toContain("Aucun changement n’a encore été proposé par écrit");
  expect(pageOf()).toContain("Aucun exercice n’est enregistré");
  expect(pageOf("2026-11-02")).toContain("ont été essayées le 2 novembre 2026");
});

test("what was approved is not said to be undone: the update that applies it writes the page when it begins", () => {
  const note = "cette page dit à la mise à jour suivante ce qu’elle a donné";
  say("proposed", "a");
  expect(pageOf()).not.toContain(note);
  say("approved", "a", mayor);
  expect(pageOf()).toContain(note);
  expect(pageOf()).not.toContain("pas encore fait");
  say("applied", "a");
  expect(pageOf()).not.toContain(note);
});

test("an update that nobody approved is told once the log has it, and when that is, too", () => {
  expect(pageOf()).toContain("Une mise à jour faite sans accord ne se voit pas sur cette page.");
  say("proposed", "a");
  expect(pageOf()).toContain("le prochain changement approuvé l’inscrit au journal");
  expect(pageOf()).not.toContain("Mises à jour sans accord");
  const updates = [
    { started: "2026-11-27T09:00:00.000Z", result: "succeeded", objects: 12 },
    { started: "2026-11-27T10:00:00.000Z", result: "failed" },
  ];
  const common = { stack: "bron", at: "2026-11-28T10:00:00Z", previous: previousOf(stacks, "bron") };
  append(stacks, { entry: { kind: "unapproved", ...common, updates } });
  const { unapproved, changes, faulty } = publicLogOf(stacks, "bron", undefined);
  expect([changes.length, faulty]).toEqual([1, 0]);
  expect(unapproved).toEqual([
    { at: "2026-11-27T10:00:00.000Z", isWhole: false },
    { at: "2026-11-27T09:00:00.000Z", isWhole: true, objects: 12 },
  ]);
  const page = pageOf();
  expect(page).toContain("Mises à jour sans accord");
  expect(page).toContain("<h3>Le 27 novembre 2026 à 10:00</h3>\n<p>12 éléments changés.</p></li>");
  expect(page).toContain(
    '<li class="failed"><h3>Le 27 novembre 2026 à 11:00</h3>\n<p>Arrêtée par une erreur.</p></li>',
  );
});

test("a change is told by what became of it, with its sentences, and by whom", () => {
  say("proposed", "a");
  say("approved", "a", mayor, "2026-11-26T11:00:00Z");
  say("applied", "a", team, "2026-11-26T12:00:00Z");
  say("proposed", "b", team, "2026-11-27T09:00:00Z");
  const { changes } = publicLogOf(stacks, "bron", undefined);
  expect(changes.map(({ state, approvedBy }) => [state, approvedBy.map(({ name }) => name)])).toEqual([
    ["proposed", []],
    ["applied", ["maire"]],
  ]);
  const page = pageOf();
  expect(page).toContain("Fait, le 26 novembre 2026 à 13:00");
  expect(page).toContain("Nextcloud passe à 34 &lt;a&gt;.");
  expect(page).toContain("On ne peut pas revenir en arrière.");
  expect(page).toContain("Approuvé par : maire, pour les élus.");
  expect(page).toContain("Le journal des accords compte 4 lignes. Toutes sont valables.");
  expect(page).not.toContain("x".repeat(401));
});

test("a line that does not hold is not told, and is counted", () => {
  say("proposed", "a");
  say("approved", "a", stranger);
  expect(publicLogOf(stacks, "bron", undefined)).toMatchObject({
    changes: [{ state: "proposed", approvedBy: [] }],
    lines: 2,
    faulty: 1,
  });
  expect(pageOf()).toContain("1 n’est pas valable, et n’est pas montrée");
  expect(pageOf()).not.toContain("personne,");
});

test("an exception is told with its reason and its last day", () => {
  const exception = { rule: "energy", object: "x", reason: "Travaux", owner: "DSI", expires: "2027-01-31" };
  const entry: Entry = {
    ...{ kind: "excepted", stack: "bron", at: "2026-11-26T10:00:00Z", previous: previousOf(stacks, "bron") },
    ...{ exception, role: mayor.role, by: mayor.fingerprint },
  };
  append(stacks, signedLine(entry, mayor));
  expect(pageOf()).toContain("Jusqu’au 31 janvier 2027 : règle energy");
  expect(pageOf()).toContain("Responsable : DSI. Signé par : maire, pour les élus.");
});

test("an exception is told with what its rule asks for", () => {
  const exception = {
    ...{ rule: "operators-in-eu", object: "media.endpoint", reason: "Travaux", owner: "DSI" },
    expires: "2027-01-31",
  };
  const entry: Entry = {
    ...{ kind: "excepted", stack: "bron", at: "2026-11-26T10:00:00Z", previous: previousOf(stacks, "bron") },
    ...{ exception, role: mayor.role, by: mayor.fingerprint },
  };
  append(stacks, signedLine(entry, mayor));
  expect(pageOf()).toContain("Jusqu’au 31 janvier 2027 : « Qui garde des données, envoie du courrier");
  expect(pageOf()).toContain("Règle : operators-in-eu. Pour : media.endpoint.");
});
