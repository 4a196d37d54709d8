import { describe, expect, test } from "vitest";
import { driftReport, hasDrifted } from "../../audit/drift.ts";
import { reportMarkdown } from "../../audit/markdown.ts";
import { reportPage } from "../../audit/page.ts";
import { reportSchema } from "../../audit/report-schema.ts";
import { Looked } from "../../scripts/approval/looked.ts";
import type { EngineEvent } from "../../scripts/engine.ts";

const declaration = { id: "bron", name: "Bron" };

/** Event with which the engine reports one object that it looked at. */
function looked(
  op: string,
  kind: string,
  declared: object,
  was: object,
  is: object | undefined,
): EngineEvent {
  const metadata = { name: kind.toLowerCase(), namespace: "bron-nextcloud" };
  const of = (spec: object) => ({ apiVersion: "v1", kind, metadata: { ...metadata, uid: "1" }, ...spec });
  return {
    resOutputsEvent: {
      metadata: {
        op,
        urn: `urn:pulumi:bron::commune-cloud::kubernetes:core/v1:${kind}::bron-${kind.toLowerCase()}`,
        type: `kubernetes:core/v1:${kind}`,
        old: { inputs: { apiVersion: "v1", kind, metadata, ...declared }, outputs: of(was) },
        ...(is && { new: { outputs: of(is) } }),
      },
    },
  };
}
const reportOf = (...events: EngineEvent[]) => {
  const all = new Looked();
  for (const event of events) all.note(event);
  const drift = { declaration, today: "2026-11-26", ...all.objects() };
  return { drifted: hasDrifted(drift), report: driftReport(drift, "fr"), english: driftReport(drift, "en") };
};

const same = looked("same", "Service", { spec: { a: 1 } }, { spec: { a: 1 } }, { spec: { a: 1 } });
const changed = looked(
  "update",
  "ConfigMap",
  { data: { mode: "calm" } },
  { data: { mode: "calm" }, status: {} },
  { data: { mode: "loud" }, status: { seen: 1 } },
);
const gone = (kind: string) => looked("delete", kind, { spec: { a: 1 } }, { spec: { a: 1 } }, undefined);

describe("what was changed by hand", () => {
  test("is empty if all is as it was applied, also where the server has written more", () => {
    const more = looked("update", "ConfigMap", { data: {} }, { data: {} }, { data: {}, status: { seen: 1 } });
    const { drifted, report } = reportOf(same, more);
    expect(drifted).toBe(false);
    expect(report.summary).toEqual(["Tout est comme appliqué : 2 objets."]);
    expect(report.sections).toEqual([]);
  });

  test("is told by object and value, with what was applied first", () => {
    const { drifted, report, english } = reportOf(same, changed, gone("Service"));
    expect(drifted).toBe(true);
    expect(report.label).toBe("reversible");
    expect(report.summary[0]).toBe(
      "Ce qui n’est plus comme appliqué : 1 modifié et 1 disparu, sur 3 objets.",
    );
    expect(english.summary[0]).toBe("No longer as it was applied: 1 changed and 1 gone, of 3 objects.");
    const technical = JSON.stringify(report.sections.find(({ id }) => id === "technical"));
    expect(technical).toContain('"ConfigMap bron-nextcloud/configmap","data.mode","\\"calm\\"","\\"loud\\""');
    expect(technical).toContain("Service bron-nextcloud/service");
    expect(technical).not.toContain("uid");
  });

  test("needs a copy where what held data is gone", () => {
    const { report } = reportOf(gone("PersistentVolumeClaim"));
    expect(report.label).toBe("needs a restore point");
    expect(JSON.stringify(report.sections)).toContain("revient vide");
    expect(JSON.stringify(reportOf(gone("Service")).report.sections)).not.toContain("revient vide");
    expect(reportOf(gone("Unheard")).report.label).toBe("needs a restore point");
  });

  test("opens a namespace where the policy that closes it is gone, and closes no way there", () => {
    const policy = (name: string, op: string, was: object, is?: object) => {
      const metadata = {
        name,
        namespace: "bron-schools",
        labels: { "commune.cloud/service": "schools" },
      };
      const of = (spec: object) => ({ apiVersion: "v1", kind: "NetworkPolicy", metadata, spec });
      const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
      const urn = `urn:pulumi:bron::commune-cloud::${type}::bron-${name}`;
      const old = { inputs: of(was), outputs: of(was) };
      return {
        resOutputsEvent: { metadata: { op, urn, type, old, ...(is && { new: { outputs: of(is) } }) } },
      };
    };
    const denial = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
    const dns = {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.96.0.10/32" } }], ports: [{ port: 53 }] }],
    };
    const said = (...events: EngineEvent[]) => {
      const { report } = reportOf(same, ...events);
      return { ways: JSON.stringify(report.sections[0]), summary: report.summary.join(" ") };
    };
    const all = said(policy("default-deny", "delete", denial), policy("to-dns", "delete", dns));
    expect(all.ways).toContain('"s’ouvre","le partage des écoles : la règle qui ferme tout n’est plus là');
    expect(all.ways).not.toContain("se ferme");
    expect(all.summary).toContain("Ce qui ferme le réseau n’est plus là pour : le partage des écoles.");
    const narrower = policy("default-deny", "update", denial, { ...denial, policyTypes: ["Ingress"] });
    expect(said(narrower).ways).toContain("la règle qui ferme tout n’est plus là");
    const other = said(policy("to-dns", "delete", dns));
    expect(other.ways).toContain(
      '"se ferme","le partage des écoles joint les adresses 10.96.0.10/32 (port 53)"',
    );
    expect(other.summary).not.toContain("ferme le réseau");
  });

  test("shows no secret, and no mark of one", () => {
    const mark = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "[secret]",
    };
    const { report } = reportOf(
      looked(
        "update",
        "Secret",
        { data: mark, type: "a" },
        { data: mark, type: "a" },
        { data: mark, type: "b" },
      ),
    );
    expect(JSON.stringify(report)).not.toMatch(/4dabf|ciphertext/);
  });

  test("is a page and a text like every report", () => {
    const { report } = reportOf(changed);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toBeDefined();
    const origin = { kind: "state" } as const;
    expect(reportPage(report, origin)).toContain("<h1>Bron : écarts constatés, 26 novembre 2026</h1>");
    const markdown = reportMarkdown(report, origin);
    expect(markdown).toContain("Comparé avec : ce qui a été appliqué en dernier.");
    expect(markdown).not.toContain("version de cet outillage");
  });
});
