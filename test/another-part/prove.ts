import { changesOf, refusals } from "../../components/commune/changes/changes.ts";
import { english } from "../../components/commune/changes/english.ts";
import { podsOf, restartChanges } from "../../components/commune/changes/restarts.ts";
import { tell } from "../../components/commune/changes/sentences.ts";
import { sectionTitle, titleOf } from "../../components/commune/changes/words.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { everyImage } from "../../components/commune/images.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import { published } from "../../components/commune/publish.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judge, mandatory, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { objectsOf } from "../../scripts/objects.ts";

// What a checkout makes of the part "gardens", as JSON. test/another-part.test.ts runs it where the list has that line.

const site = siteOf(siteSchema.parse({}));
const bron = {
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test" },
  ...{ population: 42_000, contact: "numerique@bron.test" },
};

function planned(sections: object) {
  const declaration = communeSchema.parse({ ...bron, ...sections });
  return { declaration, plan: planCommune(declaration, site) };
}

const named = ({ kind, metadata: { namespace, name } }: KubernetesObject) =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
const own = (objects: readonly KubernetesObject[]) =>
  objects.map(named).filter((name) => name.includes("bron-gardens"));

const running = planned({ gardens: {} });
const objects = await objectsOf("bron", running.plan, site);
const facts = { ...running, objects, site: undefined, today: "2026-11-26" };
const before = published(running.plan, "00ff");
const retired = planned({ gardens: { retired: { since: "2026-11-26" } } });
const changes = (next: ReturnType<typeof planned>) =>
  changesOf(before, next.plan, { moved: [], dataIsDisposable: false, today: "2026-11-26" });
const unknown = communeSchema.safeParse({ ...bron, gardens: { storige: "5 GiB" } });

console.log(
  JSON.stringify({
    unknown: unknown.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    objects: own(objects),
    findings: mandatory(judge(rules, facts), facts.today).map(sentence),
    hosts: publicHosts(running.plan).map(({ service, host }) => `${service} ${host}`),
    titles: [titleOf("gardens", "fr"), sectionTitle("gardens", "en")],
    published: { names: before.names, volumes: before.volumes, secrets: before.secrets },
    image: [...everyImage].filter(({ name }) => name === "Plots").map(({ licence }) => licence),
    leaves: refusals(changes(planned({}))).map(({ field, message }) => `${field.join(".")}: ${message}`),
    retires: changes(retired)
      .filter(({ what }) => what === "service")
      .map(({ told }) => tell(told, english)),
    moves: refusals(changes(planned({ gardens: { subdomain: "parcelles" } }))).map(({ message }) => message),
    restarts: restartChanges(
      { ...before, pods: { gardens: "of before" } },
      running.plan,
      podsOf(objects, running.plan),
    ).map(({ told }) => tell(told, english)),
    retired: own(await objectsOf("bron", retired.plan, site)),
  }),
);
