import { describe, expect, test } from "vitest";
import { needOf } from "../../audit/approval/needs.ts";
import { reportOf } from "../../audit/change-report.ts";
import { serversOfOthers } from "../../audit/opened.ts";
import { openingsOf } from "../../audit/openings.ts";
import { needOfChange } from "../../audit/weight.ts";
import { change } from "../../components/commune/changes/change.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { choir } from "../../scripts/schema/bron.ts";
import { answer, facts, ingress, labels, side, written } from "./facts.ts";

describe("what opens", () => {
  test("is also a path below a name that was public before, which more than one have to say yes to", () => {
    const paths = (...all: string[]) => [
      {
        ...ingress("bron.test"),
        spec: { rules: [{ host: "bron.test", http: { paths: all.map((path) => ({ path })) } }] },
      },
    ];
    const given = { before: side(paths("/", "/kept")), after: side(paths("/", "/kept", "/associations")) };
    expect(reportOf(facts(given), "fr").summary[3]).toBe("Devient public : bron.test/associations.");
    expect(answer(given, "exposure")).toContain("Restent publics : bron.test.");
    expect(needOfChange(facts(given))).toBe(
      needOf({ label: "reversible", touchesPersonalData: false, opens: true, unprotects: false }),
    );
    const closed = { before: given.after, after: given.before };
    expect(reportOf(facts(closed), "en").summary[3]).toBe(
      "Nothing becomes public; no longer public: bron.test/associations.",
    );
  });

  test("is no server of others where a name is served here, or is an address that people write to", () => {
    const declared = communeSchema.parse({
      ...written,
      ...{ mail: { relay: "smtp.relay.example" } },
      ...{ tenants: { domain: "associations-bron.example" } },
    });
    const associations = choir({ contact: "choir@elsewhere.example", domain: "choir.example" });
    const names = [
      "mail.relay",
      "tenants.domain",
      ...["contact", "domain"].map((each) => `associations.chorale.${each}`),
    ];
    const changes = names.map((name) =>
      change({
        ...{ what: "setting", name, effect: "reversible", field: name.split(".") },
        told: { sentence: "fieldComes", with: { field: name, to: "x" } },
      }),
    );
    const after = { ...side([]), declaration: { ...declared, associations } };
    expect(serversOfOthers({ changes, after })).toEqual(["smtp.relay.example"]);
  });

  test("is every public name that comes, and closes every one that goes", () => {
    const given = { after: side([ingress("docs.bron.test")]) };
    expect(reportOf(facts(given), "fr").summary[3]).toBe(
      "Devient public : docs.bron.test ; n’est plus public : cloud.bron.test.",
    );
    expect(answer(given, "exposure")).toContain('["s’ouvre","docs.bron.test (Nextcloud)"]');
  });

  test("is every way that network policies leave, in each direction, to whom", () => {
    const policy: KubernetesObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "out", namespace: "bron-nextcloud", labels },
      spec: {
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }],
            ports: [{ port: 8080 }],
          },
          { from: [{ podSelector: {} }] },
        ],
        egress: [
          { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] },
          { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
          {},
        ],
      },
    };
    expect(openingsOf([policy, policy])).toEqual([
      { service: "nextcloud", direction: "in", party: { who: "namespace", name: "traefik" }, ports: "8080" },
      { service: "nextcloud", direction: "in", party: { who: "itself" }, ports: "" },
      { service: "nextcloud", direction: "out", party: { who: "internet" }, ports: "443" },
      { service: "nextcloud", direction: "out", party: { who: "addresses", range: "10.0.0.0/8" }, ports: "" },
      { service: "nextcloud", direction: "out", party: { who: "internet" }, ports: "" },
    ]);
    const given = { after: side([ingress("cloud.bron.test"), policy]) };
    expect(answer(given, "exposure")).toContain("Nextcloud joint tout Internet (port 443)");
    expect(answer(given, "leaving")).toContain("Services qui joignent Internet : Nextcloud.");
  });
});
