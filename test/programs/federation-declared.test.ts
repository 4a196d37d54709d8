import { expect, test } from "vitest";
import { declarationChanges } from "../../programs/federation/declared.ts";

const known = JSON.stringify([{ peer: "bron" }]);

test("a change of what is declared ends the rest, and a look that fails does not", async () => {
  const listed = [[{ peer: "bron" }], undefined, []];
  let looks = 0;
  const links = async () => {
    const found = listed[looks++];
    if (found === undefined) throw new Error("away");
    return found;
  };
  await declarationChanges(links, known, new AbortController().signal, 1);
  expect(looks).toBe(3);
});

test("while nothing changes it goes on until the rest is over", async () => {
  const rest = new AbortController();
  let looks = 0;
  let ended = false;
  const links = async () => {
    looks += 1;
    return [{ peer: "bron" }];
  };
  const watched = declarationChanges(links, known, rest.signal, 1).then(() => {
    ended = true;
  });
  await expect.poll(() => looks).toBeGreaterThan(3);
  expect(ended).toBe(false);
  rest.abort();
  await watched;
});
