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
  let ended = false;
  const watched = declarationChanges(async () => [{ peer: "bron" }], known, rest.signal, 1).then(() => {
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  rest.abort();
  await watched;
});
