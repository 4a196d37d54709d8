import { type Change, change } from "../../components/commune/changes/change.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { dataCategories } from "../../components/foundation/manifest/data-categories.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { NewsItem } from "../../components/portal/news.ts";
import { firstPage } from "../../components/tenants/applications/pages.ts";
import { tenantSchema } from "../../components/tenants/tenant/declaration.ts";
import type { Facts } from "../../policies/rule.ts";

/** A commune with a portal and a service of each kind. */
const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mastodon: {},
  portal: {
    address: "Place de Weingarten",
    phone: "+33 4 65 71 00 01",
    hours: "Mo-Fr 08:30-17:00",
    director: "Le maire d’ici",
    host: { name: "Métropole", address: "20 rue du Lac", phone: "+33 4 65 71 00 02" },
  },
};
const members = {
  name: "Métropole",
  members: { lyon: { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "a@lyon.test" } },
};
const vaults = { recovery: { vaults: ["lyon"] } };
const drill = (day: string, outcome: "passed" | "failed") => ({ at: `${day}T03:00:00.000Z`, outcome });
const kit = { needed: 2, holders: ["Ville de Lyon", "Étude notariale", "Préfecture"] };

/** Facts of a commune that is declared so, at a site whose data is protected. */
function facts(declared: object = {}, objects: readonly KubernetesObject[] = []): Facts {
  const { portal: _, ...withoutPortal } = bron;
  const written = "portal" in declared ? { ...withoutPortal, ...declared } : { ...bron, ...declared };
  const declaration = communeSchema.parse(JSON.parse(JSON.stringify(written)));
  const site = siteOf(siteSchema.parse({}));
  const plan = planCommune(declaration, site, { metropolis: members });
  return {
    declaration,
    plan,
    objects,
    site: { dataIsDisposable: false, registryMirrors: {} },
    today: "2026-11-26",
  };
}

/** Facts with an association, which is hosted until a day. */
function hosted(expires: string, more: object = {}): Facts {
  const known = facts();
  const chorale = tenantSchema().parse({
    ...{ id: "chorale", name: "Chorale", contact: "bureau@chorale.test", plan: "small", expires, ...more },
    applications: { site: {} },
  });
  const associations = { chorale: { ...chorale, pages: firstPage(chorale) } };
  return { ...known, declaration: { ...known.declaration, associations } };
}
const suspended = { suspended: { since: "2026-11-26", reason: "Sur demande de l’association." } };

/** Facts with a changed plan. */
function planned(change: (plan: CommunePlan) => Partial<CommunePlan>, declared: object = {}): Facts {
  const known = facts(declared);
  return { ...known, plan: { ...known.plan, ...change(known.plan) } };
}

/** Facts with a change in what it publishes of its services. */
function publishing(change: object): Facts {
  return planned(({ federation }) => ({
    federation: {
      ...federation,
      settings: {
        ...federation.settings,
        services: federation.settings.services.map((service) => ({ ...service, ...change })),
      },
    },
  }));
}

function object(kind: string, fields: object, more: object = {}): KubernetesObject {
  const group = {
    Deployment: "apps/v1",
    Ingress: "networking.k8s.io/v1",
    NetworkPolicy: "networking.k8s.io/v1",
  };
  const apiVersion = kind in group ? group[kind as keyof typeof group] : "v1";
  const labels = { "commune.cloud/data": "none" };
  return {
    apiVersion,
    kind,
    metadata: { name: "it", namespace: "bron-nextcloud", labels, ...more },
    ...fields,
  };
}

const running = (image: string) =>
  object("Deployment", { spec: { template: { spec: { containers: [{ name: "it", image }] } } } });
/** A core and 8 GiB, all day. */
const hungry = object(
  "Deployment",
  {
    spec: {
      replicas: 4,
      template: {
        spec: {
          containers: [
            {
              name: "it",
              image: "node:22",
              resources: { requests: { cpu: "1000m", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
            },
          ],
        },
      },
    },
  },
  { labels: { "commune.cloud/service": "nextcloud", "commune.cloud/data": "none" } },
);
const page = (text: string) => object("ConfigMap", { data: { "index.html": text } });
const goodPage =
  '<!doctype html><html lang="fr"><title>Bron</title><meta name="viewport" content="width=device-width"><img src="/a.svg" alt=""></html>';
const ingress = (annotations: object) => object("Ingress", { spec: { rules: [], tls: [] } }, { annotations });
const claim = object(
  "PersistentVolumeClaim",
  {},
  {
    name: "nextcloud-data",
    labels: { "commune.cloud/service": "nextcloud", "commune.cloud/data": "documents" },
  },
);
const choir = "bron-t-chorale";
const ofChoir = {
  namespace: choir,
  labels: { "commune.cloud/tenant": "chorale", "commune.cloud/data": "none" },
};
const tenants = ["chorale", "judo"].map((tenant) =>
  object(
    "Namespace",
    {},
    {
      name: `bron-t-${tenant}`,
      namespace: undefined,
      labels: { "commune.cloud/tenant": tenant, "commune.cloud/data": "none" },
    },
  ),
);
const opening = (matchLabels: object) =>
  object(
    "NetworkPolicy",
    { spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels } }] }] } },
    ofChoir,
  );
const publiccode = (url: string) => `publiccodeYmlVersion: "0"
name: Nuage
url: ${url}
platforms: [linux]
developmentStatus: development
softwareType: standalone/backend
description:
  fr: { shortDescription: Un nuage, longDescription: ${"Un nuage de communes. ".repeat(10)}, features: [Un nuage] }
legal: { license: EUPL-1.2 }
maintenance: { type: none }
localisation: { localisationReady: false, availableLanguages: [en] }
`;

/** Facts with pieces of news, and with changes since what the stack published last. */
function changing(
  changes: readonly Change[],
  news: readonly NewsItem[] = [],
  more: Partial<Facts> = {},
): Facts {
  const known = planned(({ portal }) => ({ portal: portal && { ...portal, news } }));
  return { ...known, changes, ...more };
}
const newsOf = (date: string, ...announces: string[]): NewsItem => ({
  ...{ id: `${date}-annonce`, date, title: "Coupure", text: "Nextcloud revient à 20 h.", announces },
});
const upgrade = change({
  ...{ what: "version", name: "nextcloud", affected: ["nextcloud"], field: ["nextcloud", "version"] },
  ...{ effect: "needs a restore point", interruption: "until migrated" },
  told: {
    sentence: "versionGoes",
    with: {
      ...{ service: "Nextcloud", page: "nextcloud", from: "33.0.7", to: "34.0.2" },
      interruption: "until migrated",
    },
  },
});
const ending: Change = {
  ...upgrade,
  interruption: "ended",
  told: { sentence: "retired", with: { name: "nextcloud", since: "2026-11-26", goesOn: undefined } },
};
const restored: Change = {
  ...upgrade,
  told: { sentence: "versionRestored", with: { service: "Nextcloud", from: "34.0.2", to: "33.0.7" } },
};
const ofAssociation: Change = {
  ...upgrade,
  ...{ what: "tenant", name: "chorale", affected: ["t-chorale"], interruption: "ended" },
  told: { sentence: "tenantSuspended", with: { service: "t-chorale", since: "2026-11-26" } },
};
const restart: Change = {
  ...upgrade,
  interruption: "short",
  told: {
    sentence: "podRestarts",
    with: { told: { en: "Nextcloud restarts.", fr: "Nextcloud redémarre." } },
  },
};
const older = newsOf("2026-10-01", "nextcloud");
const disposable = { site: { dataIsDisposable: true, registryMirrors: {} } };
const linked = { federation: { with: ["lyon"] } };
const beside = (...links: readonly [string, readonly string[]][]): Partial<Facts> => ({
  neighbours: new Map(links),
});

/** For each rule that more than an object is needed for, facts that keep it and facts that break it. */
export const cases: Readonly<
  Record<string, { keeps: readonly Facts[]; breaks: Readonly<Record<string, Facts>> }>
> = {
  "supported-software": {
    keeps: [
      facts({}, [running("docker.io/library/postgres:17.12-trixie")]),
      facts({}, [running("a.test/x:1")]),
    ],
    breaks: {
      "nginxinc/nginx-unprivileged:1.26.3-bookworm is of a series": facts({}, [
        running("docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm@sha256:00"),
      ]),
    },
  },
  "own-code-published": {
    keeps: [facts(), { ...facts(), publiccode: publiccode("https://forge.adullact.net/nuage.git") }],
    breaks: {
      "publiccode.yml is not there": { ...facts(), publiccode: "" },
      "where nothing can answer": { ...facts(), publiccode: publiccode("https://forge.example/nuage.git") },
      "does not keep to the standard at legal": {
        ...facts(),
        publiccode: publiccode("https://a.fr").replace("legal:", "law:"),
      },
      "is no YAML": { ...facts(), publiccode: "a: [" },
    },
  },
  "legal-pages": {
    keeps: [facts(), facts({ portal: undefined })],
    breaks: {
      "/mentions-legales does not say the host's telephone number": planned(({ portal }) => ({
        portal: portal && {
          ...portal,
          portal: { ...portal.portal, host: { ...portal.portal.host, phone: " " } },
        },
      })),
    },
  },
  "page-is-clean": {
    keeps: [facts(), facts({}, [page(goodPage)])],
    breaks: {
      "says no language": facts({}, [page(goodPage.replace(' lang="fr"', ""))]),
      "has no title": facts({}, [page(goodPage.replace("Bron", ""))]),
      "is not fitted to a telephone": facts({}, [page(goodPage.replace("viewport", "x"))]),
      "has a picture without alt": facts({}, [page(goodPage.replace(' alt=""', ""))]),
      "loads //images.example/a.svg with <img>": facts({}, [
        page(goodPage.replace("/a.svg", "//images.example/a.svg")),
      ]),
    },
  },
  "public-without-account": {
    keeps: [
      facts({}, [
        ingress({ "traefik.ingress.kubernetes.io/router.middlewares": "infra-compress@kubernetescrd" }),
        ingress({ "traefik.ingress.kubernetes.io/router.middlewares": "infra-associations@kubernetescrd" }),
      ]),
    ],
    breaks: {
      "auth-url, which puts a login": facts({}, [
        ingress({ "nginx.ingress.kubernetes.io/auth-url": "https://a.test" }),
      ]),
      "middlewares, which puts a login": facts({}, [
        ingress({ "traefik.ingress.kubernetes.io/router.middlewares": "infra-basic-auth@kubernetescrd" }),
      ]),
      "router.middlewares, which puts a login": facts({}, [
        ingress({ "traefik.ingress.kubernetes.io/router.middlewares": "infra-sso@kubernetescrd" }),
      ]),
    },
  },
  "public-page-first": {
    keeps: [
      facts(),
      facts({ portal: undefined, website: "https://www.bron.fr" }),
      facts({ portal: undefined, mastodon: undefined }),
    ],
    breaks: { "what is said with mastodon has no page": facts({ portal: undefined }) },
  },
  "offline-alternative": {
    keeps: [facts(), facts({ portal: undefined, website: "https://www.bron.fr" })],
    breaks: { "under which number a person is reached": facts({ portal: undefined }) },
  },
  "feeds-offered": {
    keeps: [facts(), facts({ portal: undefined })],
    breaks: { "publishes as mairie@social.bron.test, and names no feed": publishing({ feeds: [] }) },
  },
  "standard-endpoints": {
    keeps: [facts()],
    breaks: { "nextcloud names no open protocol": publishing({ endpoints: {}, feeds: [] }) },
  },
  "open-formats": {
    keeps: [
      facts({}, [object("ConfigMap", { data: { "budget.csv": "" }, binaryData: { "plan.pdf.br": "" } })]),
      facts({}, [object("ConfigMap", { data: { "statuts.docx": "" } }, ofChoir)]),
    ],
    breaks: {
      "offers budget.xlsx, a format of one vendor": facts({}, [
        object("ConfigMap", { data: { "budget.xlsx": "" } }),
      ]),
      "offers arrete.doc.br": facts({}, [object("ConfigMap", { binaryData: { "arrete.doc.br": "" } })]),
    },
  },
  "two-places": {
    keeps: [
      facts(vaults),
      { ...facts(), site: undefined },
      { ...facts(), site: { dataIsDisposable: true, registryMirrors: {} } },
    ],
    breaks: { "recovery.vaults names nobody, so that database, mastodon, nextcloud would be lost": facts() },
  },
  "restore-policy": {
    keeps: [facts(vaults), facts({ schools: {} })],
    breaks: {
      "nextcloud holds personal data on a volume that no restore point has": planned(
        () => ({ points: [] }),
        vaults,
      ),
    },
  },
  "kit-is-tried": {
    keeps: [
      facts(),
      facts({ recovery: { ...vaults.recovery, kit: { ...kit, tried: "2026-01-02" } } }),
      { ...facts(vaults), site: undefined },
    ],
    breaks: {
      "recovery.kit is not declared: without the seed nobody opens the copies at lyon": facts(vaults),
      "recovery.kit.tried is not there": facts({ recovery: { ...vaults.recovery, kit } }),
      "recovery.kit.tried is 2020-01-01: sheets get lost": facts({
        recovery: { ...vaults.recovery, kit: { ...kit, tried: "2020-01-01" } },
      }),
      "recovery.kit.tried is 2999-01-01, which is yet to come": facts({
        recovery: { ...vaults.recovery, kit: { ...kit, tried: "2999-01-01" } },
      }),
    },
  },
  "drill-is-recent": {
    keeps: [
      facts(vaults),
      { ...facts(), drills: { held: [] } },
      { ...facts(vaults), drills: { held: [drill("2026-06-01", "passed"), drill("2026-11-01", "failed")] } },
    ],
    breaks: {
      "recovery.vaults were never brought back in a drill that passed": {
        ...facts(vaults),
        drills: { held: [drill("2026-11-01", "failed")] },
      },
      "recovery.vaults came back in a drill on 2026-05-01 for the last time": {
        ...facts(vaults),
        drills: { held: [drill("2026-05-01", "passed")] },
      },
    },
  },
  "data-is-kept": {
    keeps: [
      facts({}, [claim]),
      { ...facts({}, [claim]), kept: new Set(["PersistentVolumeClaim bron-nextcloud/nextcloud-data"]) },
      {
        ...facts({ nextcloud: { retired: { since: "2026-11-25", data: "released" } } }, [claim]),
        kept: new Set(),
      },
    ],
    breaks: { "nextcloud-data holds data, and is not protected": { ...facts({}, [claim]), kept: new Set() } },
  },
  "tenants-know-their-day": {
    keeps: [hosted("2028-06-30"), hosted("2026-12-01", suspended), hosted("2020-01-01", suspended)],
    breaks: {
      "associations.chorale.expires is 2026-11-27, in 1 day": hosted("2026-11-27"),
      "associations.chorale.expires is 2027-01-25, in 60 days": hosted("2027-01-25"),
      "was 2026-11-25, and it is still hosted": hosted("2026-11-25"),
    },
  },
  "retention-period": {
    keeps: [
      facts({ retention: Object.fromEntries(Object.keys(dataCategories).map((kind) => [kind, "un an"])) }),
      // Without a portal there is no page that says it.
      facts({ portal: undefined }),
    ],
    breaks: {
      "retention.posts is not declared, and mastodon holds it": facts(),
      "retention.accounts is not declared, and": facts({ retention: { posts: "un an" } }),
    },
  },
  "energy-budget": {
    keeps: [facts({}, [hungry]), facts({ energy: { budget: 1000 } }, [hungry])],
    breaks: {
      "energy.budget is 100 kWh a year, and what is declared would take about 178": facts(
        { energy: { budget: 100 } },
        [hungry],
      ),
    },
  },
  "people-told": {
    keeps: [
      facts(),
      changing([upgrade]),
      changing([upgrade, ending], [older, newsOf("2026-11-20", "mastodon", "nextcloud")]),
      changing([upgrade], [newsOf("2026-10-26", "nextcloud")]),
      changing([upgrade], [newsOf("2026-12-01", "nextcloud")]),
      changing([restart, restored, ofAssociation], [older]),
      changing([{ ...upgrade, effect: "refused" }], [older]),
      changing([upgrade], [older], disposable),
    ],
    breaks: {
      "nextcloud is unavailable until it is migrated, and no news of the last 31 days": changing(
        [upgrade],
        [older],
      ),
      "nextcloud ends, for good or until it comes back": changing(
        [ending],
        [newsOf("2026-11-20", "peertube")],
      ),
      'with the line "annonce: nextcloud"': changing([upgrade], [newsOf("2026-10-25", "nextcloud")], {
        site: undefined,
      }),
    },
  },
  "people-told-of-moments": {
    keeps: [
      facts(),
      changing([restart]),
      changing([upgrade, restart], [older]),
      changing([restart], [newsOf("2026-11-20", "nextcloud")]),
    ],
    breaks: {
      "nextcloud is unavailable for some seconds to a minute, and no news": changing([restart], [older]),
    },
  },
  "link-is-mutual": {
    keeps: [
      facts(linked),
      { ...facts(linked), ...beside(["lyon", ["villeurbanne", "bron"]]) },
      { ...facts(linked), ...beside(["villeurbanne", []]) },
      { ...facts(), ...beside(["lyon", []]) },
    ],
    breaks: {
      "federation.with lyon names a commune that does not name bron in stacks/lyon/commune.yaml": {
        ...facts(linked),
        ...beside(["lyon", ["villeurbanne"]]),
      },
    },
  },
  "tenants-apart": {
    keeps: [
      facts({}, [
        ...tenants,
        opening({ "kubernetes.io/metadata.name": "ingress" }),
        object("ConfigMap", {}, ofChoir),
      ]),
    ],
    breaks: {
      "in the namespace of chorale without its label": facts({}, [
        ...tenants,
        object("ConfigMap", {}, { namespace: choir }),
      ]),
      "opens to every namespace": facts({}, [...tenants, opening({})]),
      "or to another association's": facts({}, [
        ...tenants,
        opening({ "kubernetes.io/metadata.name": "bron-t-judo" }),
      ]),
    },
  },
};
