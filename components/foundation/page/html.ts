/** A piece of HTML: what was put into it as text has been escaped. */
export class Html {
  constructor(private readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Value = Html | string | number | undefined | readonly Value[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function written(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(written).join("");
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A template of HTML: whatever is put into it is text, unless it is HTML already. Attributes stand in quotes. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? written(values[index]) : "")).join(""),
  );
}

/** HTML that was made elsewhere, such as a style sheet. The caller answers for it. */
export function trusted(text: string): Html {
  return new Html(text);
}
