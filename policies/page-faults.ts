import { Parser } from "htmlparser2";

/** Attribute with the address that an element loads automatically when the page is opened. */
const loads: Readonly<Record<string, string>> = {
  script: "src",
  img: "src",
  iframe: "src",
  video: "src",
  audio: "src",
  source: "src",
  embed: "src",
  object: "data",
  link: "href",
};

/** A link that loads nothing: it says where something else is. */
const onlySays = /^(alternate|canonical|author|license|help|next|prev)$/i;

/**
 * Returns the faults of a page that its text shows, each as the end of a sentence that starts with its place. Faults
 * that need a browser (contrasts, order of focus) are tried in test/browser.
 */
export function pageFaults(text: string): string[] {
  const faults: string[] = [];
  const seen = { language: false, title: false, viewport: false };
  let titleText = "";
  let inTitle = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "html") seen.language = (attributes.lang ?? "") !== "";
      if (name === "title") inTitle = true;
      if (name === "meta" && attributes.name === "viewport") seen.viewport = true;
      if (name === "img" && attributes.alt === undefined)
        faults.push('has a picture without alt. Describe it, or write alt="" where it says nothing.');
      const address = attributes[loads[name] ?? ""] ?? "";
      if (!/^(https?:)?\/\//i.test(address)) return;
      if (name === "link" && onlySays.test(attributes.rel ?? "")) return;
      faults.push(`loads ${address} with <${name}> when it is opened. Serve that file yourself.`);
    },
    ontext(part) {
      if (inTitle) titleText += part;
    },
    onclosetag(name) {
      if (name === "title") inTitle = false;
    },
  });
  parser.end(text);
  seen.title = titleText.trim() !== "";
  return [
    ...(seen.language ? [] : ['says no language. Write <html lang="fr">.']),
    ...(seen.title ? [] : ["has no title."]),
    ...(seen.viewport ? [] : ['is not fitted to a telephone. Write <meta name="viewport" …>.']),
    ...faults,
  ];
}
