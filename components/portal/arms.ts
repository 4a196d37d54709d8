import { Parser } from "htmlparser2";

/** The largest coat of arms, bytes: everybody who opens the page gets it. */
const largest = 60_000;

const elements = new Set([
  ...["svg", "g", "defs", "symbol", "use", "title", "desc", "clipPath", "mask"],
  ...["path", "rect", "circle", "ellipse", "line", "polygon", "polyline"],
  ...["linearGradient", "radialGradient", "stop", "pattern"],
]);

/**
 * Returns why an SVG is not shown as a coat of arms: something in it could run, or ask another host. undefined if it is
 * drawn from shapes and gradients alone.
 */
export function armsProblem(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > largest)
    return `it is ${Math.ceil(bytes / 1000)} kB, and at most ${largest / 1000} kB are sent`;
  let problem: string | undefined;
  const found: string[] = [];
  const say = (what: string) => {
    problem ??= what;
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        found.push(name);
        // Editors write what they remember into elements of their own.
        if (!elements.has(name)) say(`<${name}> is not of a plain drawing: save it as plain SVG`);
        for (const [key, value] of Object.entries(attributes)) {
          if (/^on/i.test(key)) say(`${key} of <${name}> would run a program`);
          if (/^(xlink:)?href$/.test(key) && !value.startsWith("#")) say(`<${name}> leads out of the file`);
          if (/url\(\s*['"]?(?!#)/i.test(value)) say(`${key} of <${name}> leads out of the file`);
        }
      },
      onprocessinginstruction(name) {
        if (!name.startsWith("?xml") || /^\?xml-stylesheet/.test(name))
          say(`<${name}> leads out of the file`);
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  if (found[0] !== "svg") return "it is no SVG file";
  if (!/<svg[^>]*\sviewBox=/.test(text)) say("it has no viewBox, so that nothing tells its shape");
  return problem;
}
