import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { planCommune } from "../../components/commune/plan.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { certificateFiles } from "../../local/cluster/certificates.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { guidesHost } from "./guides.ts";
import { declared } from "./tasks.ts";

/** A line that opens Debian's Chromium, with a profile of its own, so that every address leads here and its certificate is known. */
function browserLine({ endpoints, layout }: Cluster): string {
  const { certificate } = certificateFiles(layout).ingress;
  const key = new X509Certificate(readFileSync(certificate)).publicKey.export({
    type: "spki",
    format: "der",
  });
  return [
    `chromium --user-data-dir=/tmp/commune-demo --host-resolver-rules="MAP *.test ${new URL(endpoints?.https ?? "").host}"`,
    `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`,
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ].join(" ");
}

/** Last lines of the demo: where it is, and what to do with it. */
export function endingOf(cluster: Cluster, commune: string, pages: string): Translated {
  const open = publicAddresses(cluster, commune);
  const guides = `https://${guidesHost}:${new URL(cluster.endpoints?.https ?? "").port}`;
  return {
    en: `  Open    ${open.join("\n          ")}   (certificate: ${cluster.caFile})
          a browser here: ${browserLine(cluster)}
  Log in  eval "$(npx commune local env)"; npx pulumi stack output --show-secrets accounts -s ${commune}
  Read    ${guides}, and without a server ${pages}
  Look    npx commune status ${commune}; npx commune federation status ${commune}
  Change  edit stacks/${commune}/commune.yaml, then  npx pulumi up -s ${commune}
  Undo    npm run demo -- --clean`,
    fr: `  Ouvrir    ${open.join("\n            ")}   (certificat : ${cluster.caFile})
            un navigateur ici : ${browserLine(cluster)}
  Entrer    eval "$(npx commune local env)"; npx pulumi stack output --show-secrets accounts -s ${commune}
  Lire      ${guides}, et sans serveur ${pages}
  Regarder  npx commune status ${commune}; npx commune federation status ${commune}
  Changer   modifiez stacks/${commune}/commune.yaml, puis  npx pulumi up -s ${commune}
  Défaire   npm run demo -- --clean`,
  };
}

function publicAddresses(cluster: Cluster, commune: string): string[] {
  const loaded = declared(commune);
  const { port } = new URL(cluster.endpoints?.https ?? "https://localhost");
  const plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})), {
    places: loaded.places?.places,
  });
  const { map } = plan.federation.settings;
  return [
    ...publicHosts(plan).map(({ host, path }) => `https://${host}:${port}${path}`),
    ...(map ? [map.replace(plan.federation.settings.domain, `$&:${port}`)] : []),
  ];
}
