import { html } from "../foundation/page/html.ts";
import { pageText } from "../foundation/page/page.ts";
import type { Answer } from "../foundation/program/server.ts";
import { type FramedPage, type Framing, framed } from "./frame.ts";

/** The commune whose program answers, and how its own pages look, where it has some. */
export interface ProgramLook extends Pick<Framing, "name" | "origin"> {
  look: Pick<Framing, "colour" | "hasArms" | "conformity"> | undefined;
}

/** A page that a program makes, in the commune's look. */
export function pageAnswer({ name, look, origin }: ProgramLook, status: number, page: FramedPage): Answer {
  const body = look
    ? framed({ ...look, name, origin }, page)
    : pageText({
        ...page,
        footer: html`<p><a href="${origin ?? ""}/">${name}</a></p>`,
        head: html`<link rel="icon" href="data:,">`,
      });
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}
