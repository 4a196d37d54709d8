import { shortName, softwareIn } from "../../audit/compared.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import type { DataFile } from "./data-files.ts";
import { type Export, exportFile, kubectl, returnFile, secretsFolder, sumsFile } from "./folder.ts";
import type { Stage, Stages } from "./stages.ts";
import type { Applied, AppliedObject } from "./state.ts";

/** Facts for LISEZMOI.md. */
export interface ReadmeFacts {
  said: Export;
  stages: Stages;
  applied: readonly Applied[];
  titles: ReadonlyMap<string, string>;
  /** Commands that resume the copies. */
  waking: readonly string[];
}

const fence = (lines: readonly string[]) => ["```sh", ...lines, "```"].join("\n");

const bullets = (lines: readonly string[], none: string) =>
  lines.length === 0 ? none : lines.map((line) => `- ${line}`).join("\n");

/** The lines that apply one file and wait for it. */
function commandsOf({ file, wait }: Stage): string[] {
  const apply = `${kubectl} apply --server-side --force-conflicts --filename ${file}`;
  if (wait === "rollout") return [apply, `${kubectl} rollout status --timeout=20m --filename ${file}`];
  if (wait === "jobs")
    return [apply, `${kubectl} wait --for=condition=Complete --timeout=20m --filename ${file}`];
  return [apply];
}

/** Requirements on a cluster, as far as objects name them. */
function needed(objects: readonly AppliedObject[]): {
  classes: string[];
  storage: string[];
  controllers: string[];
} {
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const unique = (texts: readonly (string | undefined)[]) => [
    ...new Set(texts.filter((text) => text !== undefined)),
  ];
  const peers = of("NetworkPolicy").flatMap(({ spec }) =>
    (
      (spec as { ingress?: { from?: { namespaceSelector?: { matchLabels?: Record<string, string> } }[] }[] })
        .ingress ?? []
    )
      .flatMap(({ from = [] }) => from)
      .map(({ namespaceSelector }) => namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"]),
  );
  const own = new Set(of("Namespace").map(({ metadata }) => metadata.name));
  return {
    classes: unique(
      of("Ingress").map(({ spec }) => (spec as { ingressClassName?: string }).ingressClassName),
    ),
    storage: unique(
      of("PersistentVolumeClaim").map(({ spec }) => (spec as { storageClassName?: string }).storageClassName),
    ),
    controllers: unique(peers).filter((name) => !own.has(name)),
  };
}

/** Page that accompanies an export, for a sysadmin who has nothing else. */
export function readme(facts: ReadmeFacts): string {
  const { said, stages, applied, titles, waking } = facts;
  const objects = applied.map(({ object }) => object);
  const { classes, storage, controllers } = needed(objects);
  const software = softwareIn(objects as unknown as KubernetesObject[]);
  const title = (service: string) => titles.get(service) ?? service;
  const contents = ({ path, bytes, content }: Omit<DataFile, "part">) =>
    content.kind === "files"
      ? `\`${path}\` : ${content.files} fichiers du volume ${content.volume}, ${bytes} octets, archive tar`
      : `\`${path}\` : la base ${content.database}, ${bytes} octets, format « custom » de pg_dump`;
  return `# ${said.name} : le nuage, sans l’outillage qui l’a fait

Ce dossier contient tout le nuage de la commune : ce qui tourne, en manifestes Kubernetes ordinaires, et les données de ses services. Il se remet en route avec \`kubectl\`, \`sh\` et \`sha256sum\`, sans Pulumi et sans commune-cloud. Écrit le ${said.exportedAt} par commune-cloud ${said.toolkit}, forme ${said.form}.

## Avant tout

- **Le dossier \`${secretsFolder}/\` ouvre tout** : mots de passe, clés, et la graine (\`seed\`) dont ils viennent. Il n’est pas chiffré ; seul son propriétaire peut le lire (0700, fichiers 0600). Les données non plus. Une clé USB ou un partage oublient ces droits : ne transportez le dossier que chiffré, par exemple \`tar -c . | gpg --symmetric --output export.tar.gpg\`.
- **Un seul site à la fois.** Le site quitté et celui-ci ont les mêmes noms et les mêmes clés. Fermez les portes de l’ancien avant d’ouvrir celles-ci.
- Ce qui a été écrit après les points de restauration ci-dessous n’est pas ici.

## Ce qu’il y a

| quoi | où |
|---|---|
| ce qui tourne, dans l’ordre | \`manifestes/\` |
| mots de passe, clés, certificats | \`${secretsFolder}/\` |
| fichiers et lignes de chaque service | \`donnees/<service>/\` |
| de quoi les remettre | \`${returnFile}\`, \`reprise/<service>/\` |
| ce que la commune avait déclaré | \`declaration/\` |
| la liste des fichiers et leurs sommes SHA-256 | \`${sumsFile}\` |
| la même chose pour des programmes | \`${exportFile}\` |

${said.services.length === 0 ? "Aucun service ne part avec ses données." : ""}${said.services
  .map(
    ({ service, version, host, point, data }) =>
      `**${title(service)} ${version}**, à l’adresse ${host}, tel qu’au point de restauration ${point} :\n\n${bullets(
        data.map(contents),
        "",
      )}`,
  )
  .join("\n\n")}

**Sans leurs données** (ils commencent vides) : ${said.without.length === 0 ? "aucun service" : said.without.map(title).join(", ")}. Volumes qui commencent vides :

${bullets(
  said.empty.map((claim) => `\`${claim}\``),
  "- aucun",
)}

Les files d’attente des caches recommencent vides, ce que chaque service supporte. Ce que d’autres communes avaient confié à vos coffres, les données des associations hébergées et les personnes de l’annuaire ne sont pas dans ce dossier.

## Ce qu’il faut

- Un cluster Kubernetes 1.25 ou plus récent, qui n’a aucun espace de noms de cette commune, applique les règles réseau et joint les registres d’images du tableau plus bas. \`kubectl\` y mène par un contexte, que dit \`kubectl config get-contexts\`.
- Contrôleur d’entrée de classe : ${classes.join(", ") || "aucune n’est nommée"}.
- Classe de stockage : ${storage.join(", ") || "celle par défaut du cluster"}.
- Espaces de noms dont les règles réseau laissent venir quelqu’un (contrôleur d’entrée, surveillance) : ${controllers.join(", ") || "aucun"}.

Si les vôtres ont d’autres noms, remplacez-les dans \`manifestes/\` avant de commencer (\`grep -rn\`, \`sed -i\`), puis refaites les sommes : \`find . -type f ! -name ${sumsFile} | cut -c 3- | sort | xargs -d '\\n' sha256sum > ${sumsFile}\`.

Toutes les commandes se tapent dans ce dossier, dans l’ordre, et dans un terminal qui sait d’abord le nom de ce contexte : sans lui, aucune ne fait rien. Chacune peut être relancée.

\`\`\`
contexte=nom-du-contexte
\`\`\`

## 1. Vérifier

${fence([`sha256sum --check --quiet ${sumsFile}`])}

Aucune ligne ne s’affiche : chaque fichier est comme il a été écrit.

## 2. Poser les services, vides

${fence([...commandsOf(stages.first), ...commandsOf(stages.secrets), ...stages.workloads.flatMap(commandsOf)])}

Les services s’installent vides, avec leurs mots de passe d’avant. Personne ne peut encore entrer : il n’y a pas de porte. Une étape qui n’aboutit pas : \`${kubectl} get pods --all-namespaces\`, puis \`${kubectl} -n <espace> logs\` et \`describe\`.

## 3. Remettre les données

${fence([`sh ${returnFile} --context "\${contexte:?}"`])}

Service par service, le script arrête ce qui utilise les volumes, lance un pod \`reprise\`, charge la base à côté de celle qui est là et compte les lignes de chaque table, échange les deux bases, déballe les fichiers et les compte, dit au service ce qu’il doit savoir, et le relance. Ce que l’installation vide avait mis sur les volumes est gardé à côté, dans \`.restore-avant-reprise\`, et sa base sous un nom qui finit par \`-before-…\`.

## 4. Ouvrir

${fence(commandsOf(stages.last))}

Puis les noms, chez le bureau d’enregistrement du domaine, vers l’adresse du contrôleur d’entrée :

${bullets(hostsOf(objects), "- aucun nom public")}

## 5. Regarder

Ouvrez un document, un message, une vidéo. Les mots de passe sont ceux d’avant.

## Continuer sans nous

- **Les copies de sécurité dorment.** Deux sites qui écrivent dans les mêmes coffres se gênent. Quand l’ancien est arrêté pour de bon :

${waking.length === 0 ? "Cette commune n’en a pas : posez les vôtres." : fence(waking).replace("```sh", "```")}

  Tant qu’elles dorment, rien n’est copié : \`pg_dump\` et une copie des volumes sont à vous.
- **Mettre à jour** : changez l’image dans \`manifestes/\`, lisez les notes de version de l’éditeur, appliquez. Une seule version majeure à la fois. Les travaux de migration sont dans les fichiers \`…-travaux.yaml\` : un Job se relance en le supprimant d’abord.
- **Changer un réglage** : les fichiers de réglages sont des ConfigMaps de \`manifestes/01-socle.yaml\` ; relancez ensuite ce qui les lit (\`${kubectl} rollout restart\`).
- **Certificats** : ceux qui étaient copiés d’un Secret sont dans \`${secretsFolder}/secrets.yaml\` et expirent ; ceux de cert-manager se renouvellent seuls où il est installé.
- **Quelques petits programmes** (liens entre communes, copies) viennent de commune-cloud. Leur texte est dans des ConfigMaps, ils n’appellent personne d’autre, et leur licence (EUPL-1.2) vous laisse les garder, les changer ou les ôter.
- **Revenir à l’outillage** : \`npx commune import <ce dossier>\`.

## Logiciels et licences

| image | licence | source |
|---|---|---|
${software.map(({ reference, licence, source }) => `| ${shortName(reference)} \`${reference}\` | ${licence} | ${source} |`).join("\n")}
`;
}

function hostsOf(objects: readonly AppliedObject[]): string[] {
  const hosts = objects
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) => (spec as { rules?: { host?: string }[] }).rules ?? [])
    .flatMap(({ host }) => host ?? []);
  return [...new Set(hosts)].sort().map((host) => `\`${host}\``);
}
