import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approvalKey } from "../../../audit/approval/key.ts";
import { missing, needOf } from "../../../audit/approval/needs.ts";
import { countedOutputs, countedParts, type Declared } from "../../../audit/approval/parts.ts";
import { differences, nameOfUrn, type Plan, type Planned, planOf } from "../../../audit/approval/plan.ts";
import { worst } from "../../../audit/approval/remade.ts";

const key = approvalKey(Buffer.alloc(32, 1).toString("base64"), "bron");
const otherKey = approvalKey(Buffer.alloc(32, 2).toString("base64"), "bron");

const secret = (password: unknown): Declared => ({
  type: "kubernetes:core/v1:Secret",
  props: { kind: "Secret", metadata: { name: "keys" }, stringData: { user: "bron", password } },
  options: { protect: false },
});

/** As the policy SDK hands out what is not known yet: reading it throws. */
function unknownAt(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.defineProperty({ ...object }, key, {
    enumerable: true,
    get: () => {
      throw new Error("string value can't be known during preview");
    },
  });
}

const partOf = (data: object) => countedParts({ type: "t", props: { data }, options: {} }, key).parts.data;

describe("the parts of a resource", () => {
  test("count secrets, and tell nothing of them without the key", () => {
    const [one, two] = [countedParts(secret("hunter2"), key), countedParts(secret("hunter3"), key)];
    expect(one.parts.stringData).not.toBe(two.parts.stringData);
    expect(one.parts.metadata).toBe(two.parts.metadata);
    expect(countedParts(secret("hunter2"), otherKey).parts.stringData).not.toBe(one.parts.stringData);
  });

  test("leave values of Secrets out where there is no key: anybody could try passwords", () => {
    expect(countedParts(secret("hunter2"), undefined)).toEqual(countedParts(secret("hunter3"), undefined));
    const names = Object.keys(countedParts(secret("hunter2"), undefined).parts);
    expect(names).toEqual(["kind", "metadata", "(options)"]);
  });

  test("count options", () => {
    const protectedOne = { ...secret("a"), options: { protect: true } };
    expect(countedParts(protectedOne, key).parts).not.toEqual(countedParts(secret("a"), key).parts);
  });

  test("of a provider count all but where the kubeconfig of this machine is", () => {
    const provider = (kubeconfig: string, enableSecretMutable = "true"): Declared => ({
      type: "pulumi:providers:kubernetes",
      props: { kubeconfig, enableSecretMutable },
      options: {},
    });
    const here = countedParts(provider("/home/one/.kube/config"), key);
    expect(countedParts(provider("/home/two/.kube/config"), key)).toEqual(here);
    expect(countedParts(provider("/home/one/.kube/config", "false"), key)).not.toEqual(here);
  });

  test("are the same when what was not known is known, whatever it is, and nothing else may change", () => {
    const known = (password: unknown, user = "bron") => ({
      ...secret(password),
      props: { ...secret(password).props, stringData: { user, password } },
    });
    const unknown = {
      ...secret(""),
      props: { ...secret("").props, stringData: unknownAt({ user: "bron", password: "" }, "password") },
    };
    const before = countedParts(unknown, key);
    expect(before.late).toEqual([["stringData", "password"]]);
    expect(countedParts(known("drawn"), key, before.late).parts).toEqual(before.parts);
    expect(countedParts(known(undefined), key, before.late).parts).toEqual(before.parts);
    expect(countedParts(known("drawn", "other"), key, before.late).parts).not.toEqual(before.parts);
    expect(countedParts(known("drawn"), key).parts).not.toEqual(before.parts);
  });

  test("that are not known as a whole do not count as a whole", () => {
    const declared = { ...secret(""), props: unknownAt({ kind: "Secret", stringData: {} }, "stringData") };
    const { parts, late } = countedParts(declared, key);
    expect(late).toEqual([["stringData"]]);
    expect(Object.keys(parts)).toEqual(["kind", "(options)"]);
    expect(
      countedParts({ ...secret("a"), props: { kind: "Secret", stringData: { a: "b" } } }, key, late).parts,
    ).toEqual(parts);
  });

  test("do not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(partOf(turned)).toBe(partOf(value));
      }),
    );
  });

  test("are others wherever a value below them is, whatever it is called and says", () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom("__init__.py", "__main__", "__defaults", "__inputs", "__proto__", "toJSON"),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("(known when it is made)", null, 0, "", false),
        fc.jsonValue(),
        fc.dictionary(names, tie("tree"), { maxKeys: 4 }),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(names, tree, tree, (name, one, other) => {
        fc.pre(canonicalize(one) !== canonicalize(other));
        const of = (value: unknown) => partOf(Object.fromEntries([[name, value]]));
        expect(of(one)).not.toBe(of(other));
        expect(partOf({})).not.toBe(of(one));
      }),
    );
  });

  test("count the second file of a Python package, and what the engine notes of a plugin", () => {
    const files = (text: string) => ({ "main.py": "import pages", "__init__.py": text });
    expect(partOf(files("print(1)"))).not.toBe(partOf(files("print(2)")));
    const provider = (pluginDownloadURL: string) =>
      countedParts(
        { type: "pulumi:providers:kubernetes", props: { __internal: { pluginDownloadURL } }, options: {} },
        key,
      );
    expect(provider("https://get.pulumi.com")).not.toEqual(provider("https://elsewhere.test"));
  });

  test("of outputs: another one counts, and one that is told by a clock does not", () => {
    const outputs = (serial: number, address: string) => ({
      published: { signed: { serial }, a: 1 },
      address,
    });
    const of = (serial: number, address = "https://bron.test") =>
      countedOutputs(outputs(serial, address), key, [["published", "signed"]]);
    expect(of(1)).toEqual(of(2));
    expect(of(1)).not.toEqual(of(1, "https://elsewhere.test"));
  });
});

const urn = (type: string, name: string) =>
  `urn:pulumi:bron::commune-cloud::commune:index:Commune$${type}::${name}`;
const resource = (change: Partial<Planned> = {}): Planned => ({
  urn: urn("kubernetes:core/v1:Secret", "bron-keys"),
  operation: "same",
  parts: { stringData: "aa", "(options)": "bb" },
  ...change,
});
const plan = (resources: Planned[], change: Partial<Plan> = {}): Plan =>
  planOf({
    resources,
    outputs: { addresses: "cc" },
    secretsCount: true,
    versions: { toolkit: "0.1.0", pulumi: "3.259.0" },
    ...change,
  });

describe("a plan", () => {
  test("has the same digest in any order, and another one for every other fact", () => {
    const [one, two] = [resource(), resource({ urn: urn("kubernetes:core/v1:ConfigMap", "bron-a") })];
    const digest = plan([one, two]).digest;
    expect(plan([two, one]).digest).toBe(digest);
    const others = [
      plan([one]),
      plan([one, { ...two, operation: "update" }]),
      plan([one, { ...two, parts: { ...two.parts, stringData: "ab" } }]),
      plan([one, { ...two, isRetained: true }]),
      plan([one, { ...two, late: [["stringData"]] }]),
      plan([one, two], { outputs: { addresses: "cd" } }),
      plan([one, two], { secretsCount: false }),
    ].map((other) => other.digest);
    expect(new Set([digest, ...others]).size).toBe(others.length + 1);
    // Versions stand beside it: a report is not of another change for a newer command line.
    expect(plan([one, two], { versions: { toolkit: "0.2.0", pulumi: "3.259.0" } }).digest).toBe(digest);
  });

  test("names resources as a preview does", () => {
    expect(nameOfUrn(resource().urn)).toBe("kubernetes:core/v1:Secret bron-keys");
  });
});

describe("what differs from what was approved", () => {
  const secretName = "kubernetes:core/v1:Secret bron-keys";
  test.each<[string, Plan, string]>([
    [
      "a secret",
      plan([resource({ parts: { stringData: "ab", "(options)": "bb" } })]),
      `${secretName}: has other values now in stringData`,
    ],
    [
      "an option",
      plan([resource({ parts: { stringData: "aa", "(options)": "bc" } })]),
      `${secretName}: has other values now in (options)`,
    ],
    [
      "a resource more",
      plan([resource(), resource({ urn: urn("kubernetes:core/v1:Pod", "x"), operation: "create" })]),
      "kubernetes:core/v1:Pod x: was not in the report, and is created now",
    ],
    ["a resource less", plan([]), `${secretName}: was left as it is in the report, and is not there now`],
    [
      "one that is deleted",
      plan([resource({ operation: "delete", parts: {} })]),
      `${secretName}: was left as it is in the report, and is deleted now`,
    ],
    ["one that is retained no more", plan([resource()]), "would not stay in the cluster when it is deleted"],
    ["an output", plan([resource()], { outputs: { addresses: "dd" } }), "output addresses: is another one"],
    [
      "the toolkit",
      plan([resource()], { versions: { toolkit: "0.2.0", pulumi: "3.259.0" } }),
      "the report was made with toolkit 0.1.0, and this is toolkit 0.2.0",
    ],
  ])("is told: %s", (what, now, sentence) => {
    const approved = plan([resource(what.includes("retained") ? { isRetained: true } : {})]);
    expect(differences(approved, now).join("\n")).toContain(sentence);
  });

  test("is empty if nothing does", () => {
    expect(differences(plan([resource()]), plan([resource()]))).toEqual([]);
  });
});

describe("how many have to say yes", () => {
  const weight = {
    label: "reversible",
    touchesPersonalData: false,
    opens: false,
    unprotects: false,
  } as const;
  test.each([
    [weight, "one"],
    [{ ...weight, label: "needs a restore point" }, "one"],
    [{ ...weight, label: "irreversible" }, "two"],
    [{ ...weight, touchesPersonalData: true }, "two"],
    [{ ...weight, opens: true, unprotects: false }, "two"],
    [{ ...weight, label: "refused", opens: true, unprotects: false }, "nobody"],
  ] as const)("%o: %s", (given, need) => expect(needOf(given)).toBe(need));

  test("nobody can say yes to what is refused", () => {
    expect(missing("nobody", [{ name: "maire", role: "official" }])?.en).toContain("nobody can approve it");
  });

  test.each([
    ["kubernetes:core/v1:PersistentVolumeClaim", {}, "irreversible"],
    ["kubernetes:core/v1:PersistentVolumeClaim", { isRetained: true }, "reversible"],
    ["kubernetes:core/v1:Namespace", {}, "irreversible"],
    ["random:index/randomBytes:RandomBytes", {}, "irreversible"],
    ["kubernetes:example.org/v1:Unheard", {}, "irreversible"],
    ["kubernetes:apps/v1:Deployment", {}, "reversible"],
    ["commune:index:Nextcloud", {}, "reversible"],
  ] as const)("a deleted %s %o is %s", (type, change, label) => {
    const [one] = [resource({ urn: urn(type, "x"), operation: "delete", ...change })];
    expect(worst(plan([one]))).toBe(label);
    expect(worst(plan([{ ...one, operation: "update" }]))).toBe("reversible");
  });
});
