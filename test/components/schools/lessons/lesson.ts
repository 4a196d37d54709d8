import { type Packed, zipOf } from "./zip.ts";

/** metadata.rdf as OpenBoard writes it. */
export function metadata(title: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ub="http://uniboard.mnemis.com/document">
    <Description about="{5d2c7e3a-3f2b-4bb0-9d30-8f9a3cfb5b1e}">
        <dc:title>${title}</dc:title>
        <dc:type>CM1/Calcul</dc:type>
        <dc:date>2026-09-14T08:12:00Z</dc:date>
        <dc:format>image/svg+xml</dc:format>
        <ub:version>4.8.0</ub:version>
        <ub:size>1280x960</ub:size>
        <ub:updated-at>2026-10-02T07:30:00Z</ub:updated-at>
    </Description>
</RDF>
`;
}

/** A page as OpenBoard writes it, with what stands on it. */
export function page(content = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ub="http://uniboard.mnemis.com/document" version="1.1" viewBox="-640 -480 1280 960" ub:dark-background="false">
<image xlink:href="images/{1}.png" x="0" y="0" width="10" height="10"/>${content}
</svg>
`;
}

/** The start of a JPEG picture: what is looked at. */
export const jpeg: Buffer = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0")]);

/** A sound lesson of one page, with more files. */
export function lesson(
  more: readonly Packed[] = [],
  first: string | Buffer = page(),
  thumbnail: Buffer = jpeg,
): Buffer {
  return zipOf([
    { name: "metadata.rdf", content: metadata("Les fractions &amp; co") },
    { name: "page000.svg", content: first },
    { name: "page000.thumbnail.jpg", content: thumbnail, method: 0 },
    { name: "images/{1}.png", content: "PNG", method: 0 },
    ...more,
  ]);
}

export const notice = `author: Claire Dupont
licence: CC-BY-SA-4.0
subject: mathematiques
levels: [elementaire]
`;
