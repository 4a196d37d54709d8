/** Faults between the fields and files of a declaration, and warnings of a check. JSON has these texts too. */
export const ofDeclarations: Readonly<Record<string, string>> = {
  // scripts/check.ts and components/tenants/levels/evidence.ts
  "{}, which associations have, {} (docs/charts.md).": "{}, que des associations ont, {} (docs/charts.md).",
  "no version is locked of {}: a newer toolkit may run another. Write: npx commune pin {}":
    "aucune version n’est figée de {} : un outillage plus récent peut en faire tourner une autre. Écrivez : npx commune pin {}",
  "{} would run, and {} is locked. Read the CHANGELOG and npx commune report {}, then: npx commune pin {}":
    "{} tournerait, et {} est figée. Lisez le CHANGELOG et npx commune report {}, puis : npx commune pin {}",
  "has no level that counts: {}": "n’a pas de niveau qui compte : {}",
  "is of level {}, below {} ({})": "est de niveau {}, en dessous de {} ({})",
  "it was never checked: nobody has run its image here, its chart follows what its authors publish, and contract tests alone hold it":
    "il n’a jamais été essayé : personne n’a fait tourner son image ici, son chart suit ce que publient ses auteurs, et seuls des tests de contrat le tiennent",
  "{} is not what a check writes": "{} n’est pas ce qu’écrit un essai",
  "it was checked with another image than {}": "il a été essayé avec une autre image que {}",
  "{} is locked to {}, and was {}, {}": "{} est figé à {}, et était {}, {}",
  "the chart has changed since": "le chart a changé depuis",
  "no reason is known": "aucune raison n’est connue",
  "{} is not what a stack publishes, or of another version of the toolkit":
    "{} n’est pas ce que publie une pile, ou est d’une autre version de l’outillage",
  "{} cannot be read ({})": "{} ne peut pas être lu ({})",

  // components/recovery/database-restore/check.ts
  'bring the rows to it: docs/database.md, "From one node to several, and back".':
    "apportez-y la base : docs/database.md, « From one node to several, and back ».",
  "is for a server on one node (availability: single), and this one is on several. Restore another server of the commune or of a copy of it, and {} npx commune restore brings one service alone back.":
    "est pour un serveur sur un seul nœud (availability: single), et celui-ci est sur plusieurs. Restaurez un autre serveur de la commune ou d’une copie, et {} npx commune restore ramène un service seul.",
  "is for a server on one node (availability: single), and this one is on several. Declare a server of the new version for the service, and {}":
    "est pour un serveur sur un seul nœud (availability: single), et celui-ci est sur plusieurs. Déclarez un serveur de la nouvelle version pour le service, et {}",

  // components/commune
  "Remove the line.": "Retirez la ligne.",
  "{} has one version for ever: it is the {}. Remove the line.":
    "{} n’a qu’une version pour toujours : c’est {}. Retirez la ligne.",
  "{} is not a password or key of an association. {}":
    "{} n’est pas un mot de passe ni une clé d’association. {}",
  "is retired. Take its line retired: out": "est arrêté. Retirez sa ligne retired:",
  "is not declared. Write {}:": "n’est pas déclaré. Écrivez {}:",
  "{} is already the name of {}. Each service needs its own name.":
    "{} est déjà le nom de {}. Chaque service a besoin du sien.",
  "Write {}, or rename the folder.": "Écrivez {}, ou renommez le dossier.",
  "Rename the folder.": "Renommez le dossier.",
  "{} is not the name of its folder ({}). {}": "{} n’est pas le nom de son dossier ({}). {}",
  "names other communes, but stacks/federation.yaml, which declares them, does not exist. Create it (docs/federation.md).":
    "nomme d’autres communes, mais stacks/federation.yaml, qui les déclare, n’existe pas. Créez-le (docs/federation.md).",
  "{} {} rows on this server. It can be retired once nothing is on it: remove the line.":
    "{} {} des lignes sur ce serveur. Il peut être arrêté quand il n’y a plus rien : retirez la ligne.",
  "{} has its rows on this server. Retire and release the service instead (docs/retirement.md), or remove it from the list.":
    "{} a sa base sur ce serveur. Arrêtez plutôt le service et renoncez à ses données (docs/retirement.md), ou retirez-le de la liste.",
  "{} is the bucket of {} too. Documents need one of their own, closed to the public: name another.":
    "{} est aussi l’espace de stockage de {}. Les documents en veulent un à eux, fermé au public : nommez-en un autre.",
  "{} has a path, and Nextcloud reaches a store by host and port alone. Write it without.":
    "{} a un chemin, et Nextcloud joint un espace de stockage par l’hôte et le port seuls. Écrivez-la sans.",
  "sizes the volume of files, and there is none: files are in the bucket of objects:. Remove the line.":
    "donne la taille du disque des fichiers, et il n’y en a pas : ils sont dans l’espace de stockage d’objects:. Retirez la ligne.",
  "Declare groups in stacks/federation.yaml (docs/federation.md), or name fewer members here.":
    "Déclarez des groupes dans stacks/federation.yaml (docs/federation.md), ou nommez ici moins de membres.",
  "Name fewer members here: other communes are found by the relay and the index of a group (docs/federation.md).":
    "Nommez ici moins de membres : les autres communes se trouvent par le relais et l’index d’un groupe (docs/federation.md).",
  "links with {} communes, which is more than {}. {}": "se lie avec {} communes, et {} sont permises. {}",
  "{} is beside a list. Write it in with:, and remove it here.":
    "{} est à côté d’une liste. Écrivez-le dans with:, et retirez-le ici.",
  "{} is linked by with: all already. Remove it here.": "{} est déjà lié par with: all. Retirez-le ici.",
  "{} is not a member. {}": "{} n’est pas membre. {}",
  "Add it to members, or remove it here.": "Ajoutez-la à members, ou retirez-la ici.",
  "{} is in the group {} already. A commune is in one group: remove it from one of the two.":
    "{} est déjà dans le groupe {}. Une commune est dans un seul groupe : retirez-la de l’un des deux.",
  "{} is not {}'s. Write a host at {} or below, or list it in members.{}.hosts.":
    "{} n’est pas à {}. Écrivez un hôte à {} ou en dessous, ou ajoutez-le à members.{}.hosts.",
  "{} is in no group. Add it to the members of one, of at most {} communes.":
    "{} n’est dans aucun groupe. Ajoutez-la aux membres d’un groupe, d’au plus {} communes.",
  "the id of a group": "l’identifiant d’un groupe",
  "media are on that volume, since the commune declares no media:. Remove the line.":
    "les médias sont sur ce disque, puisque la commune ne déclare pas media:. Retirez la ligne.",
  "encrypts or signs what is kept, and what it protects would be lost: it has one version for ever (docs/seed.md)":
    "chiffre ou signe ce qui est gardé, et ce qu’elle protège serait perdu : elle n’a qu’une version pour toujours (docs/seed.md)",
  "is no password or key that a commune has (docs/seed.md)":
    "n’est pas un mot de passe ni une clé qu’a une commune (docs/seed.md)",
  "no repository of communes: neither {} nor a folder above it has {}/. Go to yours, or make one: npx commune new <folder>\nNothing was changed.":
    "pas de dépôt de communes : ni {} ni un dossier au-dessus n’a {}/. Allez dans le vôtre, ou faites-en un : npx commune new <dossier>\nRien n’a été changé.",

  // components/federation
  "{} is not a member in stacks/federation.yaml. {}": "{} n’est pas membre dans stacks/federation.yaml. {}",
  "Add it there, or remove it here.": "Ajoutez-la là-bas, ou retirez-la ici.",
  "{} is not a member in stacks/federation.yaml, so no peer can declare it. Add it there.":
    "{} n’est pas membre dans stacks/federation.yaml, et aucune autre ne peut donc la déclarer. Ajoutez-la.",
  "{} is not what stacks/federation.yaml tells the peers ({}). Write the same in both.":
    "{} n’est pas ce que stacks/federation.yaml dit aux autres ({}). Écrivez la même chose aux deux endroits.",
  "{} is not what stacks/federation.yaml says ({}). Write the same in both.":
    "{} n’est pas ce que dit stacks/federation.yaml ({}). Écrivez la même chose aux deux endroits.",
  "{} is this commune itself. Remove it.": "{} est cette commune elle-même. Retirez-la.",
  "{} is linked by {}, which this commune does not have. Remove it, or declare {}.":
    "{} est liée par {}, que cette commune n’a pas. Retirez-la, ou déclarez {}.",
  "{} is {}'s already. A host belongs to one member: remove it from one of the two.":
    "{} est déjà à {}. Une machine est à une seule commune : retirez-la de l’une des deux.",

  // components/recovery
  "{} is promised, but no vault is declared for copies of the databases. Write vaults: [<member>] beside it, or remove it.":
    "{} est promis, mais aucun coffre n’est déclaré pour les copies des bases. Écrivez vaults: [<commune>] à côté, ou retirez-le.",
  "{} is this commune itself, and a copy beside the original is lost with it. Remove it.":
    "{} est cette commune elle-même, et une copie à côté de l’original se perd avec lui. Retirez-la.",
  "its namespace would be {}, which is longer than {} characters: this commune cannot keep its copies.":
    "son espace serait {}, plus long que {} caractères : cette commune ne peut pas garder ses copies.",
  "stacks/federation.yaml has no vaultKey of {}, so its vault could not recognise it. Write the key there (on its side: npx pulumi stack output federation -s {}), or the name of its stack.":
    "stacks/federation.yaml n’a pas de vaultKey de {}, et son coffre ne pourrait pas la reconnaître. Écrivez-y la clé (chez elle : npx pulumi stack output federation -s {}), ou le nom de sa pile.",
  "{} is a member of the metropolis, and vaults: [{}] would have two meanings. Give the bucket another name.":
    "{} est une commune de la métropole, et vaults: [{}] aurait deux sens. Donnez un autre nom à l’espace de stockage.",
  "{} is not in recovery.vaults, so that nothing is copied there. Write vaults: [{}], or take it out.":
    "{} n’est pas dans recovery.vaults, et rien n’y est copié. Écrivez vaults: [{}], ou retirez-le.",
  "{} has a port or a path, and pods reach vaults on port 443 alone. Write the address of the store: https://{}":
    "{} a un port ou un chemin, et les pods n’atteignent les coffres que par le port 443. Écrivez l’adresse du stockage : https://{}",
  "{} of {} shares would be needed, so one lost sheet would lose the commune. Write at most {}.":
    "il faudrait {} feuilles sur {}, et une seule perdue perdrait la commune. Écrivez au plus {}.",
  "the server is run by somebody else, and its operator restores it. Remove restoreFrom, and give the operator the copies (docs/recovery.md).":
    "le serveur est tenu par quelqu’un d’autre, et c’est à lui de le restaurer. Retirez restoreFrom, et donnez-lui les copies (docs/recovery.md).",
  "Write one of: {}.": "Écrivez l’un de : {}.",
  "Write vaults: [<member>] there.": "Écrivez-y vaults: [<commune>].",
  "{} is not one of recovery.vaults. {}": "{} n’est pas dans recovery.vaults. {}",
  "a copy has the version that the server had, and upgradeFrom would change the version in the same step. Restore first, then upgrade.":
    "une copie a la version qu’avait le serveur, et upgradeFrom la changerait dans la même étape. Restaurez d’abord, puis mettez à niveau.",

  // components/foundation/site/config.ts
  "commune:{} is {}: {}. Change it with: pulumi config set commune:{} <value>":
    "commune:{} vaut {} : {}. Changez-le : pulumi config set commune:{} <valeur>",
  "{}\nNothing was changed.": "{}\nRien n’a été changé.",
  "commune:{} is not set, and the declaration needs it. Set it with: pulumi config set --secret commune:{} -s {}":
    "commune:{} n’est pas donné, et la déclaration en a besoin. Donnez-le : pulumi config set --secret commune:{} -s {}",
  "commune:pointBefore has {}: write <service>=<restore point>, such as nextcloud=2026-11-26T02:10:00Z-000043, which npx commune recovery points {} lists. Nothing was changed.":
    "commune:pointBefore vaut {} : écrivez <service>=<point de restauration>, comme nextcloud=2026-11-26T02:10:00Z-000043, que liste npx commune recovery points {}. Rien n’a été changé.",
  "is no domain name": "n’est pas un nom de domaine",
  "is for the demo alone: write the domain in stacks/{}/commune.yaml, and take the setting away with: pulumi config rm commune:domain -s {}":
    "n’est que pour la démonstration : écrivez le domaine dans stacks/{}/commune.yaml, et retirez le réglage : pulumi config rm commune:domain -s {}",
  "commune:domain {}: {}\nNothing was changed.": "commune:domain {} : {}\nRien n’a été changé.",
  "commune:drill is {}: npx commune drill sets it, as <commune>=<service>,<service>. Nothing was changed.":
    "commune:drill vaut {} : npx commune drill le met, comme <commune>=<service>,<service>. Rien n’a été changé.",
  'commune:certificate is "secret:{}", and that Secret has no certificate and key that belong together: its tls.crt and tls.key must be PEM, as kubectl writes them (create secret tls).\nNothing was changed.':
    "commune:certificate vaut « secret:{} », et ce Secret n’a pas un certificat et une clé qui vont ensemble : tls.crt et tls.key doivent être en PEM, comme les écrit kubectl (create secret tls).\nRien n’a été changé.",
  'commune:registryLogin is "{}", and that Secret has no .dockerconfigjson: make it with kubectl --context <name> create secret docker-registry -n {} {} --docker-server=<registry> --docker-username=<user> --docker-password=<password>\nNothing was changed.':
    "commune:registryLogin vaut « {} », et ce Secret n’a pas de .dockerconfigjson : faites-le par kubectl --context <nom> create secret docker-registry -n {} {} --docker-server=<registre> --docker-username=<compte> --docker-password=<mot de passe>\nRien n’a été changé.",
};
