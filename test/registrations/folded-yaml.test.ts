import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedYaml, type Json, parseFolded } from "./folded-yaml.ts";

test("what fits on a line stands on one, texts as they are, and of the rest an entry a line", () => {
  const labels = Object.fromEntries(
    ["component", "instance", "name", "part-of"].map((key) => [
      `app.kubernetes.io/${key}`,
      "a-long-enough-name",
    ]),
  );
  const written = foldedYaml([
    { type: "core/v1:ConfigMap", protect: true, dependsOn: [] },
    { metadata: { labels, name: "on" }, data: { "a.sh": "set -e\n\n  cd /\n", "b.sh": "one\ntwo" } },
    {
      env: [{ name: "PORT", value: "25" }, "#!/bin/sh\nexit\n\n"],
      port: 25,
      words: ["true", "~", "- a", "a: b"],
    },
  ]);
  expect(written).toBe(`- { type: core/v1:ConfigMap, protect: true, dependsOn: [] }
- metadata:
    labels:
      app.kubernetes.io/component: a-long-enough-name
      app.kubernetes.io/instance: a-long-enough-name
      app.kubernetes.io/name: a-long-enough-name
      app.kubernetes.io/part-of: a-long-enough-name
    name: on
  data:
    a.sh: |
      set -e

        cd /
    b.sh: |-
      one
      two
- env:
    - { name: PORT, value: "25" }
    - |+
      #!/bin/sh
      exit

  port: 25
  words: ["true", "~", "- a", "a: b"]
`);
});

test("a changed value is a changed line", () => {
  const pod = (memory: string) => [
    { spec: { containers: [{ name: "web", resources: { limits: { memory } } }] } },
  ];
  const [before, after] = [pod("64Mi"), pod("96Mi")].map((each) => foldedYaml(each).split("\n"));
  expect(after?.filter((line, index) => line !== before?.[index])).toHaveLength(1);
});

test("whatever is written is read back", () => {
  const lines = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.string({ unit: "binary" }),
        fc.constantFrom("", " ", "\t", "- a", "# b", "|", "…"),
      ),
    )
    .map((parts) => parts.join("\n"));
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      lines,
      fc.constantFrom(
        "true",
        "null",
        "~",
        "1",
        "1e3",
        "0x1",
        "2026-11-30",
        "<<",
        "=",
        "a:",
        ": a",
        "a #b",
        "yes",
      ),
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("a/b", "c.d", "null", "1")), tie("value"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  }));
  fc.assert(
    fc.property(value, (each) => {
      expect(parseFolded(foldedYaml(each))).toEqual(each);
    }),
    { numRuns: 1000 },
  );
});
