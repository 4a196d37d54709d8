import { describe, expect, test } from "vitest";
import { documentMarkdown } from "../../audit/evidence/document.ts";
import { agreementDocument, impactDocument, registerDocument } from "../../audit/evidence/gdpr.ts";
import { processingsOf } from "../../audit/evidence/processing.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { rules } from "../../policies/rules.ts";
import { communeText, room, tenantText, valid } from "../components/tenants/stacks.ts";

const choir = {
  "tenants/chorale.yaml": tenantText("chorale", "applications: { radicale: { access: members } }\n"),
};

const bucket = `recovery:
  vaults: [coffre]
  buckets: { coffre: { endpoint: "https://s3.bron.test", region: gra, bucket: copies } }
`;

function factsOf(more = "", files: Readonly<Record<string, string>> = {}) {
  const { declaration } = valid(
    { "../federation.yaml": "name: Métropole\nmembers: {}\n", ...files },
    communeText(`nextcloud: {}\n${room}${more}`),
  );
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const drills = { held: [] };
  return { declaration, plan, objects: [], today: "2026-12-01", findings: [], drills, publiccode: "" };
}

const register = (facts = factsOf()) => documentMarkdown(registerDocument(facts));

describe("what processes personal data", () => {
  test("is a service or what an association has, never a server or a spool below it", () => {
    const facts = factsOf(bucket, choir);
    const titles = processingsOf(facts).map(({ title, isForAssociation }) => `${title}: ${isForAssociation}`);
    expect(titles).toEqual(["Nextcloud: false", "l’association chorale: true"]);
  });
});

describe("the register", () => {
  test("has an entry of the commune's own, and associations apart: there the commune is the processor", () => {
    const text = register(factsOf("", choir));
    expect(text).toContain("## Traitement : Nextcloud");
    expect(text).not.toContain("## Traitement : l’association");
    expect(text).toMatch(/\| l’association chorale \| .*agendas/);
  });

  test("has the periods that are declared, and a blank for the others", () => {
    const text = register(factsOf("retention: { documents: cinq ans }\n"));
    expect(text).toContain("documents : cinq ans");
    expect(text).toContain("agendas : À compléter par la commune.");
  });

  test("promises no copy and no drill that is not there", () => {
    const text = register();
    expect(text).toContain("Copies hors du site | aucun coffre n’est déclaré");
    expect(text).toContain("Exercice de reprise | aucun n’est enregistré");
    expect(register(factsOf(bucket))).toContain("Copies hors du site | chiffrées, à 1 endroit");
  });

  test("quotes the rules that it proves something by", () => {
    const closed = rules.find(({ id }) => id === "namespaces-are-closed")?.description.fr ?? expect.fail();
    expect(register()).toContain(`| ${closed} | règle namespaces-are-closed : respectée |`);
  });
});

test("the assessment counts no copy against a loss that nobody declares", () => {
  const text = documentMarkdown(impactDocument(factsOf()));
  expect(text).toMatch(/\| Disparition \| aucun coffre n’est déclaré \|/);
});

test("the agreement is about what associations have, and names who keeps copies", () => {
  const mail = "mail: { relay: smtp.bron.test }\n";
  const text = documentMarkdown(agreementDocument(factsOf(mail, choir)));
  expect(text).toMatch(/\| Données \| .*agendas/);
  expect(text).toContain("| Relais de courriel | smtp.bron.test |");
  expect(text).not.toContain("documents, agendas");
});
