import { Parser } from "htmlparser2";

/** An element of an S3 store's answer: its text, and its children in order. */
export interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Returns the root element of an XML document; an empty one if there is none. */
export function readXml(text: string): Element {
  const root: Element = { name: "", text: "", children: [] };
  const open = [root];
  const parser = new Parser(
    {
      onopentagname(name) {
        const element: Element = { name, text: "", children: [] };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(piece) {
        const element = open.at(-1);
        if (element !== undefined) element.text += piece;
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  return root.children.find(({ name }) => !name.startsWith("?")) ?? root;
}

/** Returns the children of an element that have a name. */
export function all({ children }: Element, name: string): Element[] {
  return children.filter((child) => child.name === name);
}

/** Returns the text at a path of names; undefined if there is no such element. */
export function textAt(element: Element, ...path: readonly string[]): string | undefined {
  const found = path.reduce<Element | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element,
  );
  return found?.text.trim();
}
