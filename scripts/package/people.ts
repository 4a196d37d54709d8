import { form } from "./applications/adapter.ts";
import type { Asked, Place } from "./place.ts";

/** Somebody of the commune's directory, in a browser without JavaScript. */
export class Person {
  /** Cookies by host, then by name. */
  private readonly jar = new Map<string, Map<string, string>>();

  constructor(
    private readonly place: Pick<Place, "ask">,
    private readonly portal: string,
    private readonly account: { user: string; password: string },
  ) {}

  /** The cookies that a host is sent: its own alone. */
  cookiesAt(host: string): string {
    return [...(this.jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Opens a page, follows redirects, and logs in if the login asks. */
  async open(url: string): Promise<void> {
    let [at, asked, hasTried] = [url, {} as Asked, false];
    for (let steps = 0; steps < 12; steps++) {
      const { host, pathname, search } = new URL(at);
      const cookie = this.cookiesAt(host);
      const headers = { ...asked.headers, ...(cookie && { cookie }) };
      const { text, location, cookies } = await this.place.ask(host, `${pathname}${search}`, {
        ...asked,
        headers,
      });
      this.keep(host, cookies);
      asked = {};
      if (location !== null) at = new URL(location, at).href;
      else if (host === this.portal && text.includes('name="password"') && !hasTried) {
        const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
        const fields = hidden.map(([, name = "", value = ""]): [string, string] => [name, value]);
        asked = form({ ...Object.fromEntries(fields), ...this.account });
        hasTried = true;
      } else return;
    }
    throw new Error(`${url} leads on and on`);
  }

  private keep(host: string, cookies: string): void {
    const own = this.jar.get(host) ?? new Map<string, string>();
    this.jar.set(host, own);
    for (const pair of cookies.split("; ").filter(Boolean)) {
      const [name = "", value = ""] = pair.split(/=(.*)/);
      if (value) own.set(name, value);
      else own.delete(name);
    }
  }
}

/** People in the directory of a check, with their groups. */
const peopleOfCheck = {
  gerante: ["t-essai-members", "t-essai-admins"],
  membre: ["t-essai-members"],
  voisine: ["t-temoin-members"],
} as const;
export type NameOfCheck = keyof typeof peopleOfCheck;

/**
 * Those people as LDIF.
 *
 * @param suffix of the directory: `dc=package-check,dc=test`.
 * @param password the same for all: they are nobody's.
 */
export function ldifOfCheck(suffix: string, password: string): string {
  return Object.entries(peopleOfCheck)
    .map(([uid, groups]) => {
      const dn = `uid=${uid},ou=people,${suffix}`;
      const person = `dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: ${uid}@essai.test\nuserPassword: ${password}\n`;
      const inGroup = groups.map(
        (group) => `dn: cn=${group},ou=groups,${suffix}\nchangetype: modify\nadd: member\nmember: ${dn}\n`,
      );
      return [person, ...inGroup].join("\n");
    })
    .join("\n");
}
