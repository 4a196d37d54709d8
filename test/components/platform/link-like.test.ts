import { expect, test } from "vitest";
import { isLinkLike } from "../../../components/platform/mail/link-like.ts";
import { personFaults } from "../../../components/tenants/accounts/person.ts";
import {
  associationNameFault,
  RequestKeys,
  readRequest,
} from "../../../components/tenants/requests/request.ts";

/** Names as they stand in the register of associations, or could. */
const associations = [
  ...["Les Amis d'E. Satie", "S.O.S. Amitié", "S.O.S Amitié Lyon", "A.S.V.E.L.", "M.J.C. de Villeurbanne"],
  ...["A.M.A.P. des Gratte-Ciel", "U.S. Bron (section handball)", "F.C. Villeurbanne", "K. O. Production"],
  ...["Club d’échecs « L’Épée » n° 2 (Bron)", "Comité des fêtes & loisirs", "Les P'tits Loups", "Ça roule !"],
  ...["Association des parents d'élèves du collège J. Moulin", "Ass. sportive du lycée St-Exupéry"],
  ...["Lire, écrire, compter !", "1 Toit 2 Ailes", "Repair Café 2.0", "A.N.P.A.A. 69", "L'Œuvre au noir"],
  ...[
    "Chœur à cœur",
    "Vélo + Ville",
    "Dr. Bonheur",
    "O.G.E.C. Saint-Joseph",
    "Et... danse !",
    "Et...danse !",
  ],
  ...["Échanges franco-allemands (dt.-frz. Verein)", "E.S.P.O.I.R.", "Art m²", 'Théâtre "Le Masque"'],
  ...["Amicale laïque du 3e", "Ph.D. en fête", "Union nat. des anciens combattants", "Groupe d'Y. et Z."],
];

const people = [
  ...["Léa", "N’Diaye-Nuñez", "Jean-Pierre", "J.-P.", "J. P.", "J.P.", "Martin Jr.", "d'Ornano", "Øyvind"],
  ...["Łukasz", "de La Fontaine", "Ngũgĩ", "Ɛ̃dé"],
];

/** Texts of which a mail program makes a link, and texts that look like it. */
const attacks = [
  ...["Remboursement 480 EUR sur https://evil.fr", "evil.fr", "Allez sur www.evil.fr", "Impôts.gouv.fr"],
  ...["ameli.fr rembourse 480 EUR", "bit.ly", "Lisez t.me", "evil.com.", "Cliquez (evil.com)", "a@evil.fr"],
  ...["evil\uff0ecom", "evil\u3002com", "evil\uff61com", "evil\u2024com", "evil.\uff43om", "evil.\ufb01"],
  ...["évil.fr", "evil.рф", "evil.c\u034fom", "xn--vil-9na.com", "evil.xn--p1ai", "1.fr", "evil-.fr"],
  ...["javascript:x", "evil\uff1a443", "evil\u2236443", "evil\ua789443", "tel:0899000000"],
  ...["evil/x", "evil\uff0fx", "evil\u2044x", "evil\u2215x", "evil\u29f8x", "evil\\x", "½ tarif"],
];

/** Texts with characters that hide in them, or turn them round. */
const hidden = ["a\nb", "a\rb", "a\u2028b", "a\u202eb", "a\u2066b", "a\u200bb", "a\u0000b", "a\u001b[2Jb"];

test.each(associations)("an association may be called %s", (name) => {
  expect([isLinkLike(name), associationNameFault(name)]).toEqual([false, undefined]);
});

test.each(people)("somebody may be called %s", (name) => {
  expect(isLinkLike(name)).toBe(false);
  expect(personFaults({ name, givenName: name, surname: name }, ["name", "givenName", "surname"])).toEqual(
    {},
  );
});

test.each(attacks)("nobody is called %s", (name) => {
  expect(isLinkLike(name)).toBe(true);
  expect(associationNameFault(name)).toEqual(expect.any(String));
  const faults = personFaults({ name, givenName: name, surname: name }, ["name", "givenName", "surname"]);
  expect(Object.keys(faults)).toEqual(["name", "givenName", "surname"]);
});

test.each(hidden)("nor %j", (name) => {
  expect(associationNameFault(name)).toEqual(expect.any(String));
  expect(personFaults({ name }, ["name"])).toHaveProperty("name");
});

test("who writes one is told what to write instead", () => {
  expect(associationNameFault("Voisins.net")).toContain("Mettez une espace après le point");
  expect(personFaults({ name: "Jean.Dupont" }, ["name"]).name).toContain("Mettez une espace après le point");
});

test("a request with one is none, whoever signed it", () => {
  const keys = new RequestKeys(Buffer.alloc(32, 7).toString("base64url"));
  const signed = (name: string) =>
    keys.sign({
      ...{ version: 1, commune: "bron", id: "chorale", name, contact: "a@b.test", purpose: "Nous chantons." },
      ...{ asked: "2026-11-27T10:00:00.000Z", confirmed: "2026-11-27T11:00:00.000Z", applications: ["site"] },
    });
  const read = (name: string) => readRequest(Buffer.from(JSON.stringify(signed(name))), keys.publicKey);
  expect(read("S.O.S. Amitié")).toHaveProperty("request");
  for (const name of attacks)
    expect(read(name)).toEqual({ problem: expect.stringContaining("cannot be read (name: ") });
});
