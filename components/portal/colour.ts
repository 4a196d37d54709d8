import { Refusal, written } from "../foundation/declaration/written.ts";

/** The least contrast of text that people have to read. Source: WCAG 2.2, criterion 1.4.3. */
const least = 4.5;

/** A colour on which white text can be read: `#0b3d91`. */
export function colour() {
  return written<string>({
    title: "colour on which white text can be read",
    noun: "a colour",
    example: "#0b3d91",
    pattern: /^#[0-9a-f]{6}$/,
    maximumLength: 7,
    read(text) {
      if (!/^#[0-9a-fA-F]{6}$/.test(text)) return new Refusal("is no colour");
      if (text !== text.toLowerCase()) return new Refusal("has capital letters", text.toLowerCase());
      const contrast = contrastWithWhite(text);
      if (contrast >= least) return text;
      return new Refusal(
        `is too light: white text on it has a contrast of ${contrast.toFixed(1)} to 1, and ${least} is the least that people can read`,
        darkened(text),
      );
    },
  });
}

/** Contrast of white text on a colour. Source: WCAG 2.2, "contrast ratio" and "relative luminance". */
export function contrastWithWhite(text: string): number {
  const [red = 0, green = 0, blue = 0] = channels(text).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

/** Returns a colour darkened as much as is needed. */
function darkened(text: string): string {
  for (let share = 99; share > 0; share--) {
    const darker = `#${channels(text)
      .map((value) =>
        Math.round((value * share) / 100)
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
    if (contrastWithWhite(darker) >= least) return darker;
  }
  return "#000000";
}

function channels(text: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(text.slice(start, start + 2), 16));
}
