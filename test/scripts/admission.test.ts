import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { append, type Entry, previousOf } from "../../audit/approval/log.ts";
import type { ClusterObject } from "../../components/tenants/admission/manifests.ts";
import type { WrittenException } from "../../policies/exceptions.ts";
import { admissionCommand } from "../../scripts/admission.ts";
import { tenantCommand } from "../../scripts/tenant.ts";
import { signedLine, signer } from "../audit/approval/signers.ts";

let stacks: string;
let printed: string;
const admission = (...words: string[]) =>
  admissionCommand(stacks).exitOverride().parseAsync(words, { from: "user" });

beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "admission-"));
  mkdirSync(join(stacks, "bron"));
  writeFileSync(join(stacks, "bron", "commune.yaml"), "id: bron\n");
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, "error").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(stacks, { recursive: true });
});

test("prints the rules and those of associations, as kubectl reads them", async () => {
  await admission();
  const objects = yaml.loadAll(printed) as ClusterObject[];
  const names = objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  expect(names).toContain("ValidatingAdmissionPolicy rules-pods-are-restricted-pod.commune.cloud");
  expect(names).toContain("ValidatingAdmissionPolicyBinding tenants-no-priority.commune.cloud");
  printed = "";
  await admission("--json");
  expect(JSON.parse(printed)).toEqual({ apiVersion: "v1", kind: "List", items: objects });
});

test("prints those of one commune, without the catalogue where there is a mirror", async () => {
  await admission("bron", "--mirror");
  expect(printed).toContain("commune.cloud/commune: bron");
  expect(printed).not.toContain("image-in-catalogue");
});

describe("exceptions", () => {
  const mayor = signer("maire", "official");
  const day = (months: number) => {
    const date = new Date();
    date.setUTCMonth(date.getUTCMonth() + months, 1);
    return date.toISOString().slice(0, 10);
  };
  const folder = (id: string) => join(stacks, id);

  /** Writes exceptions of a commune, and signs those that are to be. */
  function except(id: string, written: readonly (Partial<WrittenException> & { isSigned?: false })[]) {
    mkdirSync(folder(id), { recursive: true });
    writeFileSync(join(folder(id), "commune.yaml"), `id: ${id}\n`);
    writeFileSync(
      join(folder(id), "approvers.yaml"),
      `approvers:\n  - { name: maire, role: official, key: ${JSON.stringify(mayor.line)}, from: ${mayor.from} }\n`,
    );
    const exceptions = written.map(({ isSigned: _, ...each }) => ({
      ...{ rule: "memory-is-limited", object: `Deployment ${id}-nextcloud/web`, reason: "Travaux." },
      ...{ owner: "DSI", expires: day(3), ...each },
    }));
    writeFileSync(join(folder(id), "exceptions.yaml"), yaml.dump({ exceptions }));
    exceptions.forEach((exception, index) => {
      if (written[index]?.isSigned === false) return;
      const at = "2026-11-26T10:00:00.000Z";
      const entry: Entry = {
        ...{ kind: "excepted", stack: id, at, previous: previousOf(stacks, id) },
        ...{ exception, role: mayor.role, by: mayor.fingerprint },
      };
      append(stacks, signedLine(entry, mayor));
    });
  }

  test("that are signed and not over are left out, with what to run when the first is over", async () => {
    except("bron", [{}, { object: "Deployment bron-nextcloud/cache", expires: day(2) }]);
    await admission("--mirror");
    expect(printed).toContain(`not-excepted-until-${day(3)}`);
    expect(printed).toContain(`memory-is-limited at Deployment bron-nextcloud/cache, until ${day(2)}`);
    expect(printed).toContain(
      `After ${day(2)}, tell it again: npx commune admission --mirror | kubectl --context <name> apply -f -`,
    );
  });

  test("that nobody signed, that are over, or of a rule that no cluster knows are not", async () => {
    except("bron", [
      { isSigned: false },
      { object: "Deployment bron-nextcloud/cache", expires: day(-1) },
      { rule: "operators-in-eu", object: "media.endpoint" },
    ]);
    await admission();
    expect(printed).not.toContain("excepted-until");
    expect(printed).not.toContain("Left out");
  });

  test("of one commune open nothing in another's namespaces", async () => {
    except("bron", [
      { object: "Deployment bron-est-nextcloud/web" },
      { object: "Deployment lyon-nextcloud/web" },
    ]);
    except("bron-est", []);
    rmSync(join(folder("bron-est"), "exceptions.yaml"));
    await admission();
    expect(printed).not.toContain("excepted-until");
  });

  test("of associations are left out of their policies, whichever commune is asked for", async () => {
    except("bron", [{ rule: "tenants-stay-inside", object: "Ingress bron-t-chorale/site" }]);
    mkdirSync(folder("lyon"));
    await admission("lyon");
    expect(printed).toContain("'bron-t-chorale'");
    printed = "";
    await tenantCommand(stacks).exitOverride().parseAsync(["admission"], { from: "user" });
    expect(printed).toContain("'bron-t-chorale'");
    expect(printed).toContain("npx commune tenant admission | kubectl --context <name> apply -f -");
  });
});

test("knows which communes are declared", async () => {
  await expect(admission("lion")).rejects.toThrow();
  expect(printed).toBe("");
});
