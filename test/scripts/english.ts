import { readFileSync } from "node:fs";
import { join } from "node:path";
import typescript from "typescript";
import { checkout } from "../../local/paths.ts";

const { SyntaxKind } = typescript;

/** Words that English sentences have, and that are none of French, of commands or of names. */
const marker =
  /\b(the|is|are|was|of|not|has|have|nothing|with|from|that|it|its|to|no|for|and|in|by|at|be|cannot|there)\b/i;

/** A text in a program, as it is written: `{}` stands for what is named in it. */
export interface Literal {
  line: number;
  text: string;
}

function isSentence(text: string): boolean {
  const words = text.replaceAll("{}", " ");
  return (words.match(/[A-Za-z’']+/g) ?? []).length >= 3 && marker.test(words) && /[a-z]+ [a-z]/.test(words);
}

function textOf(node: typescript.Node): string | undefined {
  if (typescript.isStringLiteral(node) || typescript.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!typescript.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
}

/** Calls whose words are English by intent: help, which has tables of its own, and words for other programs. */
const aside = new Set([
  ...["description", "option", "argument", "requiredOption", "Option", "Argument", "createArgument"],
  ...["createOption", "summary", "languageOption", "pageLanguageOption", "describe"],
  // Of scripts/local.ts and local-node.ts, whose commands and options are alike.
  ...["localVerb", "port"],
]);

function nameOf(node: typescript.CallExpression | typescript.NewExpression): string {
  const { expression } = node;
  return typescript.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

/** Whether a property is one side of a pair: `{ en: …, fr: … }`. */
function isOfPair(node: typescript.Node): boolean {
  if (!typescript.isPropertyAssignment(node) && !typescript.isMethodDeclaration(node)) return false;
  const names = typescript.isObjectLiteralExpression(node.parent)
    ? node.parent.properties.flatMap(({ name }) => name?.getText() ?? [])
    : [];
  return ["en", "fr"].includes(node.name.getText()) && names.includes("en") && names.includes("fr");
}

/** Every text of a file of the checkout. @param skips whether a node and all that is in it are left out. */
function literalsIn(file: string, skips: (node: typescript.Node) => boolean): Literal[] {
  const source = typescript.createSourceFile(
    file,
    readFileSync(join(checkout, file), "utf8"),
    typescript.ScriptTarget.Latest,
    true,
  );
  const found: Literal[] = [];
  const look = (node: typescript.Node): void => {
    if (typescript.isImportDeclaration(node) || typescript.isTypeNode(node) || skips(node)) return;
    const text = textOf(node);
    if (text !== undefined)
      found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text });
    typescript.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** The English sentences of a file that have no French beside them. */
export function englishIn(file: string): Literal[] {
  const isAside = (node: typescript.Node): boolean => {
    if (isOfPair(node)) return true;
    // Of a list of commands: help, too.
    if (typescript.isPropertyAssignment(node) && node.name.getText() === "description") return true;
    const { parent } = node;
    const isArgument =
      (parent?.kind === SyntaxKind.CallExpression || parent?.kind === SyntaxKind.NewExpression) &&
      node !== (parent as typescript.CallExpression).expression;
    // What an action does is a function, and not left out.
    return (
      isArgument && aside.has(nameOf(parent as typescript.CallExpression)) && !typescript.isFunctionLike(node)
    );
  };
  return literalsIn(file, isAside).filter(({ text }) => isSentence(text));
}

/** Every text of a file, those that have French beside them too. */
export function textsIn(file: string): string[] {
  return literalsIn(file, () => false).map(({ text }) => text);
}
