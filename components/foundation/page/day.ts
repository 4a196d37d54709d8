/** A day, `2026-11-27`, as people read it in French: "27 novembre 2026". */
export function day(date: string): string {
  const said = new Date(`${date}T00:00:00Z`).toLocaleDateString("fr-FR", {
    dateStyle: "long",
    timeZone: "UTC",
  });
  // The first of a month has another word in French, which Unicode's data leave out.
  return said.replace(/^1 /, "1er ");
}
