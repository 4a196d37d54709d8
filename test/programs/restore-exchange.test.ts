import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  exchange,
  opposite,
  RestoreFolder,
  restoreFolder,
  type State,
} from "../../programs/restore-point/swap.ts";

let root: string;
const key = Buffer.alloc(32, 8);
const folder = () => new RestoreFolder(restoreFolder(root, 43), key);
const isOurs = (entry: string) => !entry.startsWith(".restore-") && entry !== "logs";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "swap-"));
  for (const name of ["anna/1", "anna/2", "bob/new", "logs/today"]) put(name, `now ${name}`);
  for (const name of ["anna/1", "carla/old"]) put(join(".restore-000043/aside", name), `then ${name}`);
  put(".restore-000042/aside/x", "of another restore");
  folder().enter("brought");
});

afterEach(() => rmSync(root, { recursive: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** All files below, with what is in them, but the state. */
function all(below = root): Record<string, string> {
  const files = readdirSync(below, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== "state",
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(below.length + 1), readFileSync(path, "utf8")] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

const then = { "anna/1": "then anna/1", "carla/old": "then carla/old" };
const now = { "anna/1": "now anna/1", "anna/2": "now anna/2", "bob/new": "now bob/new" };
const stays = { ".restore-000042/aside/x": "of another restore", "logs/today": "now logs/today" };
const aside = (files: object) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`.restore-000043/aside/${path}`, text]));

test("what was brought is in place, what was there is aside, and what is no part of a point stays", () => {
  exchange({ root, folder: folder(), isOurs }, "there");
  expect(all()).toEqual({ ...then, ...stays, ...aside(now) });
  expect(folder().state).toBe("exchanged");
  exchange({ root, folder: folder(), isOurs }, "there");
  expect(all()).toEqual({ ...then, ...stays, ...aside(now) });
});

test("the way back gives every byte of before, with what was written meanwhile aside", () => {
  const before = all();
  exchange({ root, folder: folder(), isOurs }, "there");
  put("dora/meanwhile", "written");
  exchange({ root, folder: folder(), isOurs }, "back");
  const meanwhile = { ".restore-000043/aside/dora/meanwhile": "written" };
  expect(all()).toEqual({ ...before, ...meanwhile });
  expect(folder().state).toBe("brought");
});

test("it can be cut after any number of renames, either way, and goes on", () => {
  for (const way of ["there", "back"] as const) {
    const from = all();
    const state = folder().state ?? "bringing";
    exchange({ root, folder: folder(), isOurs }, way);
    const whole = all();
    // Back to the beginning, to be cut at each place.
    const other = way === "there" ? "back" : "there";
    for (let cut = 0; cut < 12; cut += 1) {
      exchange({ root, folder: folder(), isOurs }, other);
      expect([all(), folder().state]).toEqual([from, state]);
      try {
        exchange({ root, folder: folder(), isOurs, rename: cutAfter(cut) }, way);
      } catch {
        exchange({ root, folder: folder(), isOurs }, way);
      }
      expect(all()).toEqual(whole);
    }
  }
});

test.each<[State, "there" | "back"]>([
  ["bringing", "there"],
  ["brought", "back"],
])("from %s there is no way %s but the one that it is on", (state, way) => {
  folder().enter(state);
  const before = all();
  if (way === "back") {
    // It is there already.
    exchange({ root, folder: folder(), isOurs }, way);
  } else {
    expect(() => exchange({ root, folder: folder(), isOurs }, way)).toThrow(
      `is "${state}", and cannot become`,
    );
  }
  expect(all()).toEqual(before);
});

test("cut after any number of renames, it turns back, either way, and can be cut there too", () => {
  for (const way of ["there", "back"] as const) {
    const [from, state] = [all(), folder().state];
    for (let cut = 0; cut < 12; cut += 1) {
      for (let again = 0; again < 6; again += 1) {
        for (const [count, which] of [
          [cut, way],
          [again, opposite[way]],
        ] as const) {
          try {
            exchange({ root, folder: folder(), isOurs, rename: cutAfter(count) }, which);
          } catch {}
        }
        exchange({ root, folder: folder(), isOurs }, opposite[way]);
        expect([all(), folder().state]).toEqual([from, state]);
      }
    }
    exchange({ root, folder: folder(), isOurs }, way);
  }
});

/** Renames, but no more than so many. */
function cutAfter(count: number): (from: string, to: string) => void {
  let left = count;
  return (from, to) => {
    left -= 1;
    if (left < 0) throw new Error("cut");
    renameSync(from, to);
  };
}

test("a link instead of the folder of what was brought is no state", () => {
  renameSync(folder().aside, join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), folder().aside);
  expect(() => folder().enter("brought")).toThrow("this program did not write how far");
  expect(() => exchange({ root, folder: folder(), isOurs }, "there")).toThrow("this program did not write");
  expect(all(join(root, "elsewhere"))).toEqual(then);
});
