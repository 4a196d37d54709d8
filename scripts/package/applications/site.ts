import type { Adapter } from "./adapter.ts";

/** A site of files: written by its declaration, read by everybody. */
export const site: Adapter = {
  page: "/",
  async write({ publish }, mark) {
    await publish(`<!doctype html><title>Essai</title><p>Texte ${mark} fin</p><a href="/">ici</a>`);
  },
  async find({ ask }, mark) {
    const { text } = await ask("/");
    return text.includes(`Texte ${mark} fin`) ? text : undefined;
  },
  async visits({ ask }) {
    const read = await ask("/");
    const written = await ask("/index.html", { method: "PUT", body: "x" });
    const hidden = await ask("/..%2f..%2fetc/passwd");
    return [
      { who: "a stranger reads", may: true, did: read.status === 200 },
      { who: "a stranger writes", may: false, did: written.status < 400 },
      { who: "a stranger reads a file outside the pages", may: false, did: hidden.text.includes("root:") },
    ];
  },
};
