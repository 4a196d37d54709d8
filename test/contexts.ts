import MarkdownIt from "markdown-it";

/** Verbs of kubectl and helm that change something in a cluster, or open a way into it. */
const acting = [
  ...["annotate", "apply", "autoscale", "cordon", "cp", "create", "debug", "delete", "drain", "edit", "exec"],
  ...[
    "expose",
    "install",
    "label",
    "patch",
    "port-forward",
    "replace",
    "rollout restart",
    "rollout undo",
    "run",
  ],
  ...["scale", "set", "taint", "uncordon", "uninstall", "upgrade"],
];

/** One of these programs, options with or without a value, an acting verb, and on what it acts: without that it is a mention. */
const command = new RegExp(
  `\\b(?:kubectl|helm)(?: -{1,2}[a-z-]+(?:[= ]\\S+)?| …)* (?:${acting.join("|")}) +(?![,.:;)]|$)\\S+.*`,
  "g",
);

/** Returns commands in a text that act on whichever cluster is the current context's. */
export function contextless(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line) => line.match(command) ?? [])
    .filter((found) => !/--(kube-)?context[= ]/.test(found));
}

/** Returns the code of a page: what is fenced, and what is in a line. */
export function codeOf(page: string): string[] {
  return new MarkdownIt()
    .parse(page, {})
    .flatMap((token) => [token, ...(token.children ?? [])])
    .flatMap(({ type, content }) => (["fence", "code_block", "code_inline"].includes(type) ? [content] : []));
}
