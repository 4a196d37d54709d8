import { type Adapter, pretended } from "./adapter.ts";

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
  async visitsByLogin({ ask }, access, { administrator, member, other }) {
    const reads = async (cookie: string, more = {}) =>
      (await ask("/", { headers: { ...more, ...(cookie && { cookie }) } })).status === 200;
    const isPublic = access === "public";
    return [
      { who: "a stranger reads", may: isPublic, did: await reads("") },
      { who: "a stranger who says to be another reads", may: isPublic, did: await reads("", pretended) },
      { who: "a member reads", may: access !== "admins", did: await reads(member) },
      { who: "a member of another association reads", may: isPublic, did: await reads(other) },
      { who: "who administers reads", may: true, did: await reads(administrator) },
    ];
  },
};
