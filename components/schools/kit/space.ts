import { readTemplate } from "../../foundation/template/template.ts";
import { browserPolicies, browserSettings } from "./browser.ts";
import type { DebianPackage, PackageFile } from "./package.ts";

/** The account of whoever sits down: nobody's, emptied after every session. */
const account = "usager";

/** A file of the folder space/, for the machine. */
const ofSpace = (name: string) => readTemplate(`schools/kit/space/${name}`, { ACCOUNT: account });

function session({ seconds }: { seconds: number }, idle: { seconds: number }): string {
  return readTemplate("schools/kit/space/session.sh", {
    IDLE_MINUTES: Math.max(1, Math.round(idle.seconds / 60)),
    SECONDS_BEFORE: Math.max(0, seconds - 300),
    SECONDS_AFTER: Math.min(300, seconds),
  });
}

/** Fields of a commune's declaration that are read here. */
export interface SpacesCommune {
  name: string;
  domain: string;
  contact: string;
  spaces?: Readonly<Record<string, KitSpace>> | undefined;
}

/** A public digital space, as far as its workstations are concerned. */
interface KitSpace {
  name: string;
  workstations: {
    packages: readonly string[];
    homepage?: string | undefined;
    session: { seconds: number };
    idle: { seconds: number };
  };
}

/**
 * The package that makes a Debian machine a workstation of a public digital space.
 *
 * @returns nothing when the commune has no such space.
 */
export function spaceKit(declaration: SpacesCommune, id: string, version: string): DebianPackage | undefined {
  const { name, domain, contact, spaces } = declaration;
  const space = spaces?.[id];
  if (space === undefined) return undefined;
  const { packages, homepage = `https://${domain}`, session: longest, idle } = space.workstations;
  const files = new Map<string, PackageFile>([
    // With a timeout of 0 LightDM opens a session by itself once, and then shows a greeter for an account that has no
    // password. After a second, its greeter opens the next one, by the service lightdm-autologin, which asks for none.
    ["/etc/lightdm/lightdm.conf.d/50-commune-space.conf", { content: ofSpace("lightdm.conf") }],
    ["/etc/firefox/policies/policies.json", { content: browserPolicies(homepage) }],
    ["/etc/firefox-esr/commune-space.js", { content: browserSettings }],
    // Everything of the session before is gone before the next begins.
    ["/usr/lib/commune-space/fresh-home", { content: ofSpace("fresh-home.sh"), executable: true }],
    ["/usr/lib/commune-space/session", { content: session(longest, idle), executable: true }],
    [
      "/usr/share/xsessions/commune-space.desktop",
      { content: readTemplate("schools/kit/space/session.desktop") },
    ],
  ]);
  return {
    name: `commune-space-${id}`,
    version,
    summary: `Workstation of a public digital space of ${name}`,
    description: `Programs and sessions for ${space.name}: each session starts empty and leaves nothing.`,
    maintainer: `${name} <${contact}>`,
    depends: [...new Set(["adduser", "procps", ...packages])].sort(),
    recommends: [],
    conflicts: ["commune-space"],
    provides: ["commune-space"],
    files,
    // The account and what is in it are nobody's.
    scripts: { postinst: ofSpace("postinst.sh"), postrm: ofSpace("postrm.sh") },
  };
}
