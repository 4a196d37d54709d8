import { type Html, html, trusted } from "./html.ts";

/** Content of a page of the commune's cloud. */
export interface Page {
  title: string;
  /** One or two sentences below the title. */
  lead?: Html;
  body: Html;
  footer?: Html | undefined;
  /** Content above the title, as wide as the page. */
  banner?: Html;
  /** Rules of this page alone, after the common ones. */
  style?: string;
  /** Elements of the head of this page alone. */
  head?: Html;
  /** French when absent. */
  language?: "fr" | "en";
}

const skip = { fr: "Aller au contenu", en: "Skip to content" } as const;

/**
 * Common look: the reader's own fonts, contrasts of at least 7 to 1 in light and dark, nothing that moves, nothing
 * from another host.
 */
const style = `:root{color-scheme:light dark;--text:#1b1b2f;--soft:#45455a;--back:#fff;--line:#c9c9d6;--panel:#f4f4fa;--link:#0b3d91}
@media (prefers-color-scheme:dark){:root{--text:#f2f2f7;--soft:#c8c8d4;--back:#16161e;--line:#4a4a5c;--panel:#22222e;--link:#a8c7ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1.05rem/1.55 system-ui,sans-serif}
body>header,main,body>footer{max-width:70rem;margin:0 auto;padding:1rem 1.25rem}
h1{font-size:1.9rem;line-height:1.2;margin:1rem 0 .5rem}
h2{font-size:1.35rem;margin:2rem 0 .5rem}
h3{font-size:1.1rem;margin:1.25rem 0 .25rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,input:focus-visible,button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--back);padding:.5rem}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
thead th{background:var(--panel)}
.scroll{overflow-x:auto}
.soft{color:var(--soft)}
body>footer{border-top:1px solid var(--line);color:var(--soft);font-size:.95rem;margin-top:2rem}
@media print{.skip{display:none}}`;

/** A whole page for citizens: complete without JavaScript, without a request to anywhere. */
export function pageText({
  title,
  lead,
  body,
  footer,
  banner,
  style: own = "",
  head,
  language = "fr",
}: Page): string {
  return `${html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(style + own)}</style>
${head}
</head>
<body>
<a class="skip" href="#contenu">${skip[language]}</a>
${banner}<header>
<h1>${title}</h1>
${lead && html`<p>${lead}</p>`}
</header>
<main id="contenu">
${body}
</main>
<footer>
${footer}
</footer>
</body>
</html>`}
`;
}
