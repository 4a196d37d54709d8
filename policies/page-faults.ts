import { Parser } from "htmlparser2";

/** What an element loads by itself when the page is opened: the attribute with the address. */
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
 * What is wrong with a page that can be told from its text, each as the end of a sentence that starts with where it
 * stands. What takes a browser (contrasts, order of focus) is tried in test/browser.
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
