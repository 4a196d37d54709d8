import { describe, expect, test } from "vitest";
import { objectChanges } from "../../audit/objects.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { answer, ingress } from "./facts.ts";

describe("the technical detail", () => {
  const configMap = (data: Record<string, string>): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "nextcloud", namespace: "bron-nextcloud" },
    data,
  });

  test("shows a short value, and a long one as its digest and size", () => {
    const { changed, created, removed, unchanged } = objectChanges(
      [configMap({ size: "4", text: "a\n".repeat(200) }), ingress("a.test")],
      [configMap({ size: "5", text: "b\n".repeat(200) }), ingress("b.test")],
    );
    expect([created, removed, unchanged]).toEqual([
      ["Ingress bron-nextcloud/b.test"],
      ["Ingress bron-nextcloud/a.test"],
      0,
    ]);
    expect(changed).toEqual([
      {
        object: "ConfigMap bron-nextcloud/nextcloud",
        values: [
          { path: "data.size", from: '"4"', to: '"5"' },
          {
            path: "data.text",
            from: expect.stringMatching(/^sha256 [0-9a-f]{12}…, 201 lines, 400 characters$/),
            to: expect.stringMatching(/^sha256 /),
            lines: {
              gone: Array(10).fill("a").concat("… (+ 190)"),
              come: Array(10).fill("b").concat("… (+ 190)"),
            },
          },
        ],
      },
    ]);
  });

  test("shows which lines of a long text are others, ten on each side and each by its beginning", () => {
    const text = (...lines: string[]) => ["begins", "x".repeat(300), ...lines, "ends"].join("\n");
    const was = configMap({ text: text("gzip on;") });
    const is = configMap({ text: text("gzip off;", "y".repeat(300)) });
    const changes = objectChanges([was], [is]);
    expect(changes.changed[0]?.values[0]?.lines).toEqual({
      gone: ["gzip on;"],
      come: ["gzip off;", `${"y".repeat(160)}…`],
    });
    const bytes = (page: string) => ({ ...configMap({}), binaryData: { page: page.repeat(300) } });
    const [compressed] = objectChanges([bytes("G8FF")], [bytes("G8tR")]).changed;
    expect(compressed?.values).toEqual([
      { path: "binaryData.page", from: expect.any(String), to: expect.any(String) },
    ]);
    const told = answer({ objects: changes }, "technical");
    expect(told).toContain("ConfigMap bron-nextcloud/nextcloud, data.text. Lignes ajoutées : 2");
    expect(told).toContain("gzip on;");
  });

  test("tells nothing of what is in a Secret", () => {
    const secret = (password: string) => ({
      ...configMap({}),
      kind: "Secret",
      stringData: { password },
      data: { other: password },
    });
    expect(objectChanges([secret("of-before")], [secret("of-after")])).toEqual({
      created: [],
      removed: [],
      changed: [],
      unchanged: 1,
    });
  });
});
