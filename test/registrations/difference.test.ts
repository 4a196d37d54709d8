import { expect, test } from "vitest";
import { applied, differenceFrom } from "./difference.ts";
import type { Registration } from "./order.ts";

const registration = (name: string, inputs: object): Registration => ({
  type: "core/v1:ConfigMap",
  name,
  parent: "index:Commune::bron",
  protect: false,
  retainOnDelete: false,
  dependsOn: [],
  inputs,
});

const base = [
  registration("bron-a", { data: { mail: "a@bron.test", port: "25" }, immutable: true }),
  registration("bron-b", { data: {} }),
  registration("bron-c", { data: { list: ["x"] } }),
];
const other = { like: "bron", renamed: { bron: "feyzin", Bron: "Feyzin" } };
const here = (registrations: Registration[]): Registration[] =>
  JSON.parse(JSON.stringify(registrations).replaceAll("bron", "feyzin"));

test("what is the same but for names is no difference", () => {
  expect(differenceFrom(other, base, here(base))).toEqual({ ...other, gone: [], changed: [], added: [] });
});

test("has what is gone by name, what is otherwise as a merge patch, and what came as it is", () => {
  const [a, , c] = here(base);
  const registrations = [
    { ...a, protect: true, inputs: { data: { mail: "b@feyzin.test", port: "25" } } },
    registration("feyzin-bb", { data: { new: "1" } }),
    { ...c, inputs: { data: { list: ["x", "y"] } } },
  ] as Registration[];
  const difference = differenceFrom(other, base, registrations);
  expect(difference).toEqual({
    ...other,
    gone: ["core/v1:ConfigMap feyzin-b"],
    changed: [
      {
        type: "core/v1:ConfigMap",
        name: "feyzin-a",
        protect: true,
        inputs: { data: { mail: "b@feyzin.test" }, immutable: null },
      },
      { type: "core/v1:ConfigMap", name: "feyzin-c", inputs: { data: { list: ["x", "y"] } } },
    ],
    added: [registrations[1]],
  });
  expect(applied(difference, base)).toEqual(registrations);
});

test("of a null nobody could tell whether it is one", () => {
  expect(() => differenceFrom(other, base, [registration("feyzin-a", { data: null })])).toThrow("has a null");
});
