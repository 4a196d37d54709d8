import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundleProgram } from "../../components/foundation/program/bundle.ts";
import { Limit, sourceOf } from "../../components/foundation/program/limits.ts";
import { letterWord, refusalLetter } from "../../components/tenants/requests/letter.ts";
import { readRequest } from "../../components/tenants/requests/request.ts";
import { confirmPath, followPath, requestsPath } from "../../components/tenants/requests/settings.ts";
import { attachedTo, linkIn, textOf } from "../../local/doubles/mailbox/letter.ts";
import { requestsCampaign } from "../campaigns/requests.ts";
import { choir, RunningForm } from "./requests/form.ts";

const none = { from: "", to: [], raw: "" };
let form: RunningForm;
beforeEach(async () => {
  form = await new RunningForm().open();
});
afterEach(() => form.close());

const confirm = (link: string) => form.send({ d: link }, { path: confirmPath, token: "" });

describe("a request", () => {
  test("reaches the commune, signed, once its mailbox has confirmed it", async () => {
    const sent = await form.send(choir);
    expect(sent).toMatchObject({ status: 200, text: expect.stringContaining("Regardez votre messagerie") });
    const [letter, ...more] = form.mailroom.letters;
    if (letter === undefined) throw new Error("no letter");
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ from: "ne-pas-repondre@bron.test", to: ["bureau@chorale.test"] });
    expect(textOf(letter)).toContain(`https://bron.test${confirmPath}?d=`);
    // Anybody may have typed the name, and the town signs the letter.
    expect(textOf(letter)).not.toMatch(/Chorale|chantons/);
    const link = linkIn(letter);
    const page = await (await fetch(`${form.address}${confirmPath}?d=${link}`)).text();
    expect(page).toContain("chorale.assos-bron.test");
    expect(page).toContain("Si vous avez déjà envoyé cette demande, elle est arrivée");
    // To look at it is not to send it: programs open links of mail by themselves.
    expect(form.mailroom.letters).toHaveLength(1);

    form.now += 3_600_000;
    expect(await confirm(link)).toMatchObject({ status: 200, text: expect.stringContaining("est arrivée") });
    const brought = form.mailroom.letters[1];
    if (brought === undefined) throw new Error("nothing was brought");
    expect(brought.to).toEqual(["numerique@bron.test"]);
    const read = readRequest(Buffer.from(attachedTo(brought)), form.keys.publicKey);
    expect(read).toEqual({
      request: {
        ...{ version: 1, commune: "bron", id: "chorale", name: "Chorale des Gratte-Ciel", rna: "W691234567" },
        ...{ contact: "bureau@chorale.test", purpose: "Nous chantons le mardi." },
        applications: ["wordpress", "dokuwiki"],
        ...{ asked: "2026-11-27T10:00:10.000Z", confirmed: "2026-11-27T11:00:10.000Z" },
      },
    });
    // Opened again, the letter's link says so, and leads on.
    const again = await (await fetch(`${form.address}${confirmPath}?d=${link}`)).text();
    expect(again).toContain("Votre demande est arrivée");
    expect(again).toMatch(new RegExp(`href="${followPath}\\?d=[\\w.-]+"`));
    expect(again).not.toContain("<form");
    // Clicked twice, it is one request.
    expect((await confirm(link)).status).toBe(200);
    expect(form.mailroom.letters).toHaveLength(3);
    expect(form.failures).toEqual([]);
  });

  test("is followed by a private link, which its mailbox and the page have, and which says no more than it must", async () => {
    await form.send(choir);
    const page = await confirm(linkIn(form.mailroom.letters[0] ?? none));
    const letter = form.mailroom.letters[2];
    if (letter === undefined) throw new Error("nothing was acknowledged");
    expect(letter.to).toEqual(["bureau@chorale.test"]);
    const link = linkIn(letter);
    expect(page.text).toContain(`href="${followPath}?d=${link}"`);
    const followed = async (own = link) => {
      const answer = await fetch(`${form.address}${followPath}?d=${own}`);
      return { status: answer.status, text: await answer.text() };
    };
    // A year later still.
    form.now += 365 * 86_400_000;
    const waits = await followed();
    expect(waits.text).toContain("La demande de « Chorale des Gratte-Ciel »");
    expect(waits.text).toContain("arrivée le 27 novembre 2026. La commune l’examine");
    for (const more of ["W691234567", "bureau@chorale.test", "Nous chantons"])
      expect(waits.text + Buffer.from(link.split(".")[0] ?? "", "base64url")).not.toContain(more);
    const digest = form.keys.followed(link)?.digest ?? "";
    const at = "2026-12-01";
    form.decided = { [digest]: { decision: "approved", at } };
    expect((await followed()).text).toMatch(
      /acceptée depuis le 1er décembre 2026.*chorale\.assos-bron\.test/,
    );
    form.decided = { [digest]: { decision: "refused", at } };
    expect((await followed()).text).toContain("n’a pas pu l’accepter");
    for (const other of ["", "x", `${link}x`, linkIn(form.mailroom.letters[0] ?? none), "a".repeat(9000)])
      expect(await followed(other), other.slice(0, 20)).toMatchObject({
        status: 400,
        text: expect.stringContaining("ne mène à aucune demande"),
      });
    // And it confirms nothing.
    expect((await confirm(link)).status).toBe(400);
    expect((await fetch(`${form.address}${followPath}?d=${link}`, { method: "POST" })).status).toBe(405);
    expect(form.mailroom.letters).toHaveLength(3);
  });

  test("that is not confirmed in two days is asked again, and a link that was changed is none", async () => {
    await form.send(choir);
    const link = linkIn(form.mailroom.letters[0] ?? { from: "", to: [], raw: "" });
    const [body = "", mac = ""] = link.split(".");
    for (const other of [
      "",
      "x",
      body,
      `${body}.`,
      `${body}x.${mac}`,
      `${body}.${mac}.${mac}`,
      "a".repeat(9000),
    ])
      expect((await confirm(other)).status, other.slice(0, 20)).toBe(400);
    form.now += 49 * 3_600_000;
    expect(await confirm(link)).toMatchObject({
      status: 410,
      text: expect.stringContaining("plus de deux jours"),
    });
    expect(form.mailroom.letters).toHaveLength(1);
  });

  test("that the relay does not take is told, and nothing of whom it was for is in the log", async () => {
    form.mailroom.refuses = true;
    expect((await form.send(choir)).status).toBe(503);
    expect(form.failures).toEqual([expect.stringMatching(/^Error: a message did not go out: EENVELOPE/)]);
    expect(form.failures.join()).not.toContain("chorale");
  });
});

test("a letter on the pod's standard input goes out by its relay, and one that does not names nobody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "letter-"));
  const program = join(folder, "main.mjs");
  writeFileSync(program, bundleProgram("requests"));
  writeFileSync(join(folder, "settings.json"), JSON.stringify(form.settings));
  const send = (letter: object) =>
    execa("node", [program, letterWord], {
      env: { REQUESTS_SETTINGS: join(folder, "settings.json"), REQUESTS_SECRETS: folder },
      input: JSON.stringify(letter),
      reject: false,
    });
  try {
    const letter = refusalLetter(
      "Bron",
      { name: "Chorale", contact: "bureau@chorale.test" },
      "Il manque le récépissé.",
    );
    expect(await send(letter)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    const [sent] = form.mailroom.letters;
    expect(sent?.to).toEqual(["bureau@chorale.test"]);
    expect(textOf(sent ?? none)).toContain("Il manque le récépissé.");
    form.mailroom.refuses = true;
    const refused = await send(letter);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toBe("a message did not go out: EENVELOPE 550");
    expect((await send({ ...letter, to: "bureau@chorale.test\nBcc: a@b.test" })).exitCode).toBe(1);
    expect(form.mailroom.letters).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("what was typed", () => {
  test("is given back with what is wrong at each field, and nothing is sent", async () => {
    const { status, text } = await form.send({
      ...choir,
      ...{ name: "Ꮯhorale", id: "Mairie", rna: "69", siren: "732829321", contact: "bureau", terms: "" },
      ...{ applications: [], purpose: "<script>alert(1)</script>" },
    });
    expect(status).toBe(422);
    for (const fault of [
      "Ce nom contient un signe",
      "Ce nom court est réservé",
      "n’est pas un numéro RNA",
      "un de ses chiffres est faux",
      "ne peut pas être lue",
      "Choisissez au moins un outil",
      "cochez la case",
    ])
      expect(text).toContain(fault);
    expect(text).toContain("7 réponses sont à revoir");
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(text).not.toContain("<script");
    expect(text).toContain('value="Ꮯhorale"');
    expect(form.mailroom.letters).toEqual([]);
  });

  test("can be checked without sending it", async () => {
    const token = await form.token();
    expect(await form.send({ ...choir, action: "verifier" }, { token })).toMatchObject({
      status: 200,
      text: expect.stringContaining("Tout est en ordre"),
    });
    expect((await form.send({ ...choir, action: "verifier", name: "" }, { token })).text).toContain(
      "Écrivez le nom",
    );
    expect(form.mailroom.letters).toEqual([]);
    // Nothing was used up by that.
    expect((await form.send(choir, { token })).status).toBe(200);
    expect(form.mailroom.letters).toHaveLength(1);
  });
});

describe("whoever misuses it", () => {
  test("sends a form once, neither at once nor late, and none of another server", async () => {
    const token = await form.token();
    expect((await form.send(choir, { token })).status).toBe(200);
    expect((await form.send(choir, { token })).text).toContain("a déjà été envoyé");
    const fast = await form.token();
    form.now -= 8_000;
    expect((await form.send(choir, { token: fast })).text).toContain("très vite");
    form.now += 2 * 3_600_000;
    expect((await form.send(choir, { token: fast })).text).toContain("a trop attendu");
    for (const other of ["", "a.b.c", `${token}x`, token.replace(/^./, "z")])
      expect((await form.send(choir, { token: other })).text).toContain("a trop attendu");
    expect(form.mailroom.letters).toHaveLength(1);
  });

  test("that fills in what nobody sees is answered like everybody, and no mail goes out", async () => {
    const { status, text } = await form.send({ ...choir, website: "https://spam.test" });
    expect([status, text.includes("Regardez votre messagerie")]).toEqual([200, true]);
    expect(form.mailroom.letters).toEqual([]);
  });

  test("fills no mailbox: three messages a day, with the same answer", async () => {
    for (let index = 0; index < 5; index++)
      expect((await form.send(choir, { from: `203.0.113.${index}` })).text).toContain(
        "Regardez votre messagerie",
      );
    expect(form.mailroom.letters).toHaveLength(3);
  });

  test("is stopped by the address that it comes from, whatever it says before that", async () => {
    const to = (index: number) => ({ ...choir, contact: `a${index}@chorale.test` });
    for (let index = 0; index < 5; index++) expect((await form.send(to(index))).status).toBe(200);
    expect((await form.send(to(6))).status).toBe(429);
    expect((await form.send(to(7), { from: "203.0.113.8" })).status).toBe(200);
    form.now += 3_600_001;
    expect((await form.send(to(8))).status).toBe(200);
  });

  test("uses up the day of the form, and no more", async () => {
    const small = await new RunningForm().open({ perDay: 2 });
    try {
      const statuses = [];
      for (let index = 0; index < 4; index++)
        statuses.push(
          (await small.send({ ...choir, contact: `a${index}@x.test` }, { from: `203.0.113.${index}` }))
            .status,
        );
      expect(statuses).toEqual([200, 200, 503, 503]);
    } finally {
      await small.close();
    }
  });

  test("that sends too much is not read, and what is no form has no field", async () => {
    expect((await form.send({ ...choir, purpose: "x".repeat(20_000) })).status).toBe(413);
    const plain = await fetch(form.address + requestsPath, { method: "POST", body: "{}" });
    expect([plain.status, (await plain.text()).includes("Écrivez le nom")]).toEqual([422, true]);
    const put = await fetch(form.address + requestsPath, { method: "PUT", body: "{}" });
    expect(put.status).toBe(405);
    expect((await fetch(`${form.address}/x`)).status).toBe(404);
  });
});

test("a relay that wants a login is given it", async () => {
  const known = await new RunningForm().open({ mail: { user: "nuage" } }, "secret");
  try {
    await known.send(choir);
    expect(known.mailroom.login).toBe("nuage secret");
  } finally {
    await known.close();
  }
});

test("of 40 hostile submissions none gets through review as clean, and none harms", async () => {
  const { ended } = await requestsCampaign({ seed: 69_029, count: 40 });
  expect(Object.keys(ended).sort()).toEqual(
    expect.arrayContaining(["clean", "doubted", "form", "link", "refused", "silence", "token"]),
  );
}, 60_000);

describe("whom a request is counted for", () => {
  test.each([
    ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3::4", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::1", "0:0:0:0::/64"],
    ["", "10.0.0.1"],
    ["x".repeat(500), "x".repeat(45)],
  ])("%s is %s", (forwarded, source) => expect(sourceOf(forwarded, "10.0.0.1")).toBe(source));

  test("a limit lets through so many in its time, and counts everybody else together when there are too many", () => {
    const limit = new Limit(2, 1000);
    expect([limit.take("a", 0), limit.take("a", 1), limit.take("a", 2), limit.take("b", 2)]).toEqual([
      ...[true, true, false, true],
    ]);
    expect(limit.take("a", 1001)).toBe(true);
    for (let index = 0; index < 10_000; index++) limit.take(`x${index}`, 1002);
    expect([1, 2, 3].map((index) => limit.take(`y${index}`, 1003)).at(-1)).toBe(false);
  });
});
