/** Made once: making it takes far longer than to write a day with it, and a page may have hundreds. */
const written = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "UTC" });

/** A day, `2026-11-27`, as people read it in French: "27 novembre 2026". */
export function day(date: string): string {
  // The first of a month has another word in French, which Unicode's data leave out.
  return written.format(new Date(`${date}T00:00:00Z`)).replace(/^1 /, "1er ");
}
