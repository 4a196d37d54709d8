import { fetch } from "undici";
import { expect, test } from "vitest";
import { approvalsPath, approvalsPolicy } from "../../../components/platform/login/approvals/page.ts";
import type { PeopleTown } from "./town.ts";

/** The page on which officials say yes, as the login serves it to whoever follows a link. */
export function approvals(town: PeopleTown): void {
  test("the page of approvals opens for who has no account, runs its own script alone, and sets no cookie", async () => {
    const answer = await fetch(`${town.portal}${approvalsPath}`, { dispatcher: town.dispatcher });
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain("<h1>Dire oui à un changement</h1>");
    expect(answer.headers.get("content-type")).toMatch(/^text\/html; ?charset=utf-8$/i);
    expect(answer.headers.get("content-security-policy")).toBe(approvalsPolicy(html));
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
}
