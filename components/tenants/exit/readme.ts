import { day } from "../../foundation/page/day.ts";
import { catalogue } from "../applications/list.ts";
import { type Archive, keyFile, manifestFile, signatureFile, sumsFile, tenantFile } from "./archive.ts";

/**
 * Writes the readme of an archive, for whoever opens it years later and without this toolkit.
 *
 * @param more files of services of the commune, by their path, with descriptions.
 */
export function readmeText(
  archive: Omit<Archive, "files" | "key">,
  key: string,
  more: readonly { path: string; what: string }[] = [],
): string {
  const { id, name, domain, at, applications, suspendedSince } = archive;
  const guided = catalogue().flatMap(({ name: application, guide }) => {
    const own = applications[application];
    if (own === undefined) return [];
    const { host, title = name, byLogin = false } = own;
    const facts = {
      ...{ host, title, tenant: id },
      ...{ isSuspended: suspendedSince !== undefined, isByLogin: byLogin },
    };
    return [{ guide, facts }];
  });
  return `# ${name}

Tout ce que « ${name} » avait à l’adresse ${domain}, tel qu’il était le ${day(at.slice(0, 10))}. Rien ici ne demande un compte, un abonnement ou un logiciel particulier : ce sont des fichiers ordinaires. Gardez cette archive à l’abri : elle contient des comptes, avec l’empreinte de leurs mots de passe.${
    suspendedSince === undefined ? "" : ` L’espace était suspendu depuis le ${day(suspendedSince)}.`
  }

## Ce qu’il y a

${[
  ...guided.flatMap(({ guide, facts }) => guide.contents(facts).map((line) => `- ${line}`)),
  ...more.map(({ path, what }) => `- \`${path}\` : ${what}.`),
  `- \`${tenantFile}\` : ce qui avait été convenu avec la commune.`,
  `- \`${manifestFile}\`, \`${sumsFile}\`, \`${signatureFile}\`, \`${keyFile}\` : ce qui prouve que rien n’y a été changé.`,
].join("\n")}

## Vérifier

\`\`\`
sha256sum -c ${sumsFile}
openssl pkeyutl -verify -pubin -inkey ${keyFile} -rawin -in ${sumsFile} -sigfile ${signatureFile}
\`\`\`

La clé de la commune est publiée à https://${archive.communeDomain}/.well-known/commune.json : \`${key}\`.

${guided.map(({ guide, facts }) => guide.goOn(facts)).join("")}## Continuer dans une autre commune

Une commune qui a les mêmes outils reprend tout cela en deux étapes : \`npx commune tenant import <commune> <ce dossier> --key <la clé, lue à cette page>\`, appliquer, et la même ligne encore une fois.

## Votre adresse

Si ${domain} est votre propre nom de domaine, faites-le pointer vers votre nouvel hébergeur. S’il est à la commune, demandez-lui combien de temps elle renvoie vos visiteurs.
`;
}
