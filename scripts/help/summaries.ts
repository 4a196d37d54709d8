/** Lines of `commune --help`, one for each verb. */
export const summaries = {
  new: {
    en: "Make a repository for the declarations of communes",
    fr: "Faire un dépôt pour les déclarations de communes",
  },
  init: {
    en: "Write the first declaration of a commune",
    fr: "Écrire la première déclaration d’une commune",
  },
  check: {
    en: "Check declarations and list every problem",
    fr: "Vérifier les déclarations et lister chaque problème",
  },
  size: {
    en: "Say what a commune asks of a machine, and its energy",
    fr: "Dire ce qu’une commune demande à une machine, et son énergie",
  },
  pin: {
    en: "Write which build of each image runs, by its digest in the registry",
    fr: "Écrire quelle version exacte de chaque image tourne, d’après le registre",
  },
  updates: {
    en: "Say what is newer than what runs: versions, security notices, ends of life",
    fr: "Dire ce qui est plus récent : versions, avis de sécurité, fins de vie",
  },
  dns: {
    en: "Print every DNS record of a commune",
    fr: "Afficher chaque enregistrement DNS d’une commune",
  },
  site: {
    en: "Ask a cluster what it can do for a commune, and which settings fit it",
    fr: "Demander à un cluster ce qu’il sait faire, et quels réglages lui vont",
  },
  admission: {
    en: "Print what a cluster refuses in the namespaces of communes, for kubectl apply",
    fr: "Afficher ce qu’un cluster refuse dans les espaces des communes, pour kubectl apply",
  },
  federation: {
    en: "Say which links of a commune are open, and why others are not",
    fr: "Dire quels liens d’une commune sont ouverts, et pourquoi d’autres ne le sont pas",
  },
  publish: {
    en: "Publish news on the commune's own pages first, then on its Mastodon",
    fr: "Publier une actualité sur les pages de la commune, puis sur son Mastodon",
  },
  report: {
    en: "Write a report of what a declaration would change, as anybody can read it",
    fr: "Écrire le rapport de ce qu’une déclaration changerait, lisible par tous",
  },
  propose: {
    en: "Sign the report of a change as its author",
    fr: "Signer le rapport d’un changement, comme auteur",
  },
  approve: {
    en: "Sign the report of a change that somebody else has proposed",
    fr: "Signer le rapport d’un changement qu’un autre a proposé",
  },
  except: {
    en: "Sign the exceptions of rules that a commune has written",
    fr: "Signer les exceptions aux règles qu’une commune a écrites",
  },
  apply: {
    en: "Apply a change that was approved, and nothing else",
    fr: "Appliquer un changement approuvé, et rien d’autre",
  },
  undo: {
    en: "Go back to before the last update: declaration, versions, and data where needed",
    fr: "Revenir avant la dernière mise à jour : déclaration, versions, et données s’il le faut",
  },
  status: {
    en: "Say what runs for a commune and whether it is ready",
    fr: "Dire ce qui tourne pour une commune, et si c’est prêt",
  },
  drift: {
    en: "Write a report of what was changed on a commune's cluster by hand",
    fr: "Écrire le rapport de ce qui a été changé à la main sur le cluster d’une commune",
  },
  node: {
    en: "Say that the machine of a node is off, so that what was on it starts elsewhere; and take that back",
    fr: "Dire qu’une machine est éteinte, pour que ce qu’elle portait reparte ailleurs ; et l’annuler",
  },
  "verify-log": {
    en: "Verify the log of a commune's approvals, line by line",
    fr: "Vérifier le journal des accords d’une commune, ligne par ligne",
  },
  evidence: {
    en: "Write what a commune shows to others: software, SBOM, sovereignty, answers for labels",
    fr: "Écrire ce qu’une commune montre : logiciels, SBOM, souveraineté, réponses pour les labels",
  },
  directory: {
    en: "Write the public directory of the metropolis from what its communes publish",
    fr: "Écrire l’annuaire public de la métropole, de ce que publient ses communes",
  },
  vault: {
    en: "Look at and compare the vaults where a commune's copies are, and copy from one to the other",
    fr: "Regarder et comparer les coffres où sont les copies, et copier de l’un à l’autre",
  },
  recovery: {
    en: "Say how much of a commune would be lost now, list the restore points of its services, and take one",
    fr: "Dire ce qui serait perdu maintenant, lister les points de restauration, et en prendre un",
  },
  restore: {
    en: "Put the files of a service, or all of it, back to a restore point, and forth again",
    fr: "Remettre les fichiers d’un service, ou tout, à un point de restauration, et revenir",
  },
  relocate: {
    en: "Bring a commune back on another cluster, from its seed and its vaults",
    fr: "Faire renaître une commune sur un autre cluster, de sa graine et de ses coffres",
  },
  drill: {
    en: "Bring a copy of a commune back on a spare cluster, measure it, and take it away again",
    fr: "Faire renaître une copie d’une commune sur un cluster de réserve, la mesurer, la retirer",
  },
  export: {
    en: "Write a commune as plain manifests and data, to go on without this toolkit",
    fr: "Écrire une commune en manifestes simples et en données, pour continuer sans cet outillage",
  },
  import: {
    en: "Take an exported commune over, as a declaration and a stack",
    fr: "Reprendre une commune exportée : déclaration et pile",
  },
  tenant: {
    en: "Hosted associations: requests, suspension, usage, and what they take along",
    fr: "Associations hébergées : demandes, suspension, usage, et ce qu’elles emportent",
  },
  package: {
    en: "Try an application for associations on the local cluster, and say its level",
    fr: "Essayer une application pour associations sur le cluster local, et dire son niveau",
  },
  wifi: {
    en: "Check, plan and simulate public Wi-Fi",
    fr: "Vérifier, prévoir et simuler le Wi-Fi public",
  },
  map: {
    en: "Draw the map of a commune's hotspots, white zones and digital spaces",
    fr: "Dessiner la carte des bornes Wi-Fi, des zones blanches et des espaces numériques",
  },
  schools: {
    en: "Publish what a commune's schools share",
    fr: "Publier ce que partagent les écoles d’une commune",
  },
  lessons: {
    en: "Check lessons for OpenBoard and build their catalogue",
    fr: "Vérifier des leçons pour OpenBoard et en faire le catalogue",
  },
  workstation: {
    en: "Build the package of a school's or a space's workstations",
    fr: "Faire le paquet des postes d’une école ou d’un espace",
  },
  demo: {
    en: "Bring up a commune's cloud on this machine, from nothing, and look at it",
    fr: "Faire tourner le nuage d’une commune sur cette machine, de rien, et le regarder",
  },
  local: {
    en: "Run a whole cloud on this machine",
    fr: "Faire tourner tout un nuage sur cette machine",
  },
  image: {
    en: "Make the images that nobody publishes, of Debian's packages",
    fr: "Faire les images que personne ne publie, de paquets Debian",
  },
  docs: {
    en: "Write the documentation as pages that open in a browser",
    fr: "Écrire la documentation en pages qui s’ouvrent dans un navigateur",
  },
  schema: {
    en: "Write the JSON Schema for editors and the reference in docs/",
    fr: "Écrire les schémas JSON pour les éditeurs et la référence de docs/",
  },
} as const;
