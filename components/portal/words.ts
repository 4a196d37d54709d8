/** A number as a telephone dials it. */
export function dialled(phone: string): string {
  return phone.replaceAll(" ", "");
}

/** A day as people read it. */
export function day(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString("fr-FR", { dateStyle: "long", timeZone: "UTC" });
}
