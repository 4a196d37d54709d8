import type { Visitor } from "./visitor.ts";

/** Sends one of a page's forms, with what was typed, and goes where that leads. */
export async function send(
  visitor: Visitor,
  page: { text: string },
  action: string,
  typed: Record<string, string> = {},
) {
  const path = new URL(action).pathname;
  const forms = page.text
    .split("<form ")
    .slice(1)
    .map((text) => text.split("</form>")[0] ?? "");
  const form = forms.find(
    (text) =>
      text.includes(`action="${path}"`) && (typed.qui === undefined || text.includes(`value="${typed.qui}"`)),
  );
  const answer = await visitor.fillIn({ text: form ?? "" }, action, typed);
  return answer.location === null ? answer : visitor.follow(answer.location);
}

/** Returns what a page says that was done. */
export const wellSaid = ({ text }: { text: string }) => /role="status"><p>([^<]*)/.exec(text)?.[1];
