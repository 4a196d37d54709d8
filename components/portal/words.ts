import { type Html, trusted } from "../foundation/page/html.ts";

/** Parts of a page that are no text: its markup, and what is quoted as it is typed. */
const notText = /(<pre[\s\S]*?<\/pre>|<code[\s\S]*?<\/code>|<[^>]*>)/;

/** Returns a page with non-breaking spaces before and within French punctuation. */
export function withFrenchSpaces(page: Html): Html {
  const parts = page.toString().split(notText);
  // What the expression caught stands at odd places.
  const spaced = parts.map((part, index) =>
    index % 2 === 1 ? part : part.replaceAll("« ", "«\u00a0").replaceAll(/ ([»:;?!])/g, "\u00a0$1"),
  );
  return trusted(spaced.join(""));
}

/** A text that begins a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A number as a telephone dials it. */
export function dialled(phone: string): string {
  return phone.replaceAll(" ", "");
}
