/** Faults of an association’s request or file: components/tenants. JSON has these texts too. */
export const ofAssociations: Readonly<Record<string, string>> = {
  // requests/request.ts, decisions.ts and review.ts
  "is no name of an association, or one that a mail program would make a link of":
    "n’est pas un nom d’association, ou un logiciel de courrier en ferait un lien",
  "is larger than {} KiB": "dépasse {} KiB",
  "is no JSON in UTF-8": "n’est pas du JSON en UTF-8",
  "is no signed request": "n’est pas une demande signée",
  "cannot be read ({}: {})": "ne peut pas être lue ({} : {})",
  "cannot be verified: the key of the form is no Multikey":
    "ne peut pas être vérifiée : la clé du formulaire n’est pas une Multikey",
  "is not signed by this commune's form, or was changed since":
    "n’est pas signée par le formulaire de cette commune, ou a été changée depuis",
  "this is no decision of a request. Put the line back as git has it.":
    "ce n’est pas une décision sur une demande. Remettez la ligne comme git l’a.",
  "was asked of {}, and this is {}": "a été demandée à {}, et c’est ici {}",
  "there is no place: {} of {} are taken": "il n’y a pas de place : {} sur {} sont prises",
  "asks for {}, and associations are offered {}": "demande {}, et aux associations sont proposés {}",
  ", which was retired": ", qui a été arrêtée",
  "{} was another association's, {}: it stays reserved for {} days":
    "{} était à une autre association, {} : il reste réservé {} jours",
  "has the same RNA number, {}": "a le même numéro RNA, {}",
  "has the same SIREN number, {}": "a le même numéro SIREN, {}",
  "has the same mailbox, {}": "a la même boîte, {}",
  "looks like {} {} ({}): the same association?": "ressemble à {} {} ({}) : la même association ?",
  "looks like {}, which is the commune's own name": "ressemble à {}, qui est le nom de la commune",
  "has neither RNA nor SIREN number: ask for its statutes":
    "n’a ni numéro RNA ni numéro SIREN : demandez ses statuts",

  // exit/arrival.ts
  "{} was {} there, and is {} here": "{} était en {} là-bas, et est en {} ici",

  // tenant/check.ts
  "asks who sends a request to confirm it by mail, and the commune declares no mail. Write mail: with its relay (docs/platform.md), or take the line out.":
    "demande à qui envoie une demande de la confirmer par courriel, et la commune ne déclare pas de courrier. Écrivez mail: avec son relais (docs/platform.md), ou retirez la ligne.",
  "is {}, and there are files of {} tenants. Write more, or retire some.":
    "vaut {}, et il y a les fichiers de {} associations. Écrivez plus, ou arrêtez-en.",
  "is released, and rows of {} are on the server. Release those first, or keep it.":
    "est à abandonner, et des lignes de {} sont sur le serveur. Renoncez d’abord à celles-là, ou gardez-le.",
  "has room for {} databases, and the files of tenants ask for {}. Write at least {} MiB.":
    "a la place pour {} bases, et les fichiers d’associations en demandent {}. Écrivez au moins {} MiB.",
  '{} and {} are one site to a browser: a page of a tenant could set cookies that the commune\'s services are sent, and be sent theirs (docs/tenants.md). Write another domain that somebody registered, such as "assos-{}".':
    "{} et {} sont un seul site pour un navigateur : une page d’association pourrait poser des cookies que reçoivent les services de la commune, et recevoir les leurs (docs/tenants.md). Écrivez un autre domaine que quelqu’un a enregistré, comme « assos-{} ».",
  "{} is a name that people and programs take for the commune's own{}. Write another id, and name the file after it.":
    "{} est un nom que gens et programmes prennent pour celui de la commune{}. Écrivez un autre identifiant, et nommez le fichier d’après lui.",
  '{} is within the tenants\' domain. There a tenant is at its id, "{}.{}": take the line out, or write a domain of its own.':
    "{} est dans le domaine des associations. Une association y est à son identifiant, « {}.{} » : retirez la ligne, ou écrivez un domaine à elle.",
  "{} is the domain of {} ({}), or one is within the other. Each tenant needs another one.":
    "{} est le domaine de {} ({}), ou l’un est dans l’autre. Chaque association a besoin du sien.",
  "has none. Write one or more of {} below it.": "n’en a pas. Écrivez en dessous un ou plusieurs de {}.",
  "{} is more than {} can do: it has no accounts, and whoever knows its address reads it. Write public, or use {}{}.":
    "{} est plus que ne peut {} : il n’a pas de comptes, et qui connaît son adresse le lit. Écrivez public, ou prenez {}{}.",
  ", or give the commune a login of its own (docs/identity.md)":
    ", ou donnez à la commune une connexion à elle (docs/identity.md)",
  "is at {}, where {} is. Write another subdomain for one of them.":
    "est à {}, où est {}. Écrivez un autre sous-domaine pour l’un des deux.",
  "needs the MariaDB server, which is retired. Take the line retired: out below tenants: mariadb: in commune.yaml, or retire the tenant.":
    "a besoin du serveur MariaDB, qui est arrêté. Retirez la ligne retired: sous tenants: mariadb: dans commune.yaml, ou arrêtez l’association.",
  "needs a MariaDB server, and the commune declares none. Write mariadb: {} below tenants: in its commune.yaml, dedicatedDatabase: {} here, or take the application out.":
    "a besoin d’un serveur MariaDB, et la commune n’en déclare pas. Écrivez mariadb: {} sous tenants: dans son commune.yaml, dedicatedDatabase: {} ici, ou retirez l’outil.",
  "{} Take it out: with ids as long as these, associations share the commune's server.":
    "{} Retirez-le : avec des identifiants aussi longs, les associations partagent le serveur de la commune.",
  "needs a PostgreSQL server, which {} Take the application out: ids as long as these have no room for one.":
    "a besoin d’un serveur PostgreSQL, qui {} Retirez l’outil : des identifiants aussi longs n’y laissent pas de place.",
  "would be a server that nothing of it uses: {} keep{} rows on one. Take it out.":
    "serait un serveur dont rien d’elle ne se sert : {} garde{} des lignes sur un tel serveur. Retirez-le.",
  "would be in the namespace {}, whose {} letters are more than Kubernetes' {}.":
    "serait dans l’espace {}, dont les {} lettres sont plus que les {} de Kubernetes.",
  "{} is no plan of the commune. {}": "{} n’est pas une formule de la commune. {}",
  "{}{} of {}, and the plan has {}{}": "{}{} de {}, et la formule a {}{}",
  "{} is too small for its applications: they need {}. Write a larger plan, or less below applications.":
    "{} est trop petite pour ses outils : il leur faut {}. Écrivez une formule plus grande, ou moins d’outils.",

  // tenant/lists.ts, accounts.ts, tickets.ts, load.ts and registration.ts
  "need the commune's mailing lists, and it declares none. Write lists: {} in its commune.yaml (docs/lists.md), or take them out.":
    "ont besoin des listes de diffusion de la commune, et elle n’en déclare pas. Écrivez lists: {} dans son commune.yaml (docs/lists.md), ou retirez-les.",
  "{} is an address that every list or every association has already. Write another name.":
    "{} est une adresse que toute liste ou toute association a déjà. Écrivez un autre nom.",
  "is {} of the commune's {}, and it runs none. Write {}: in its commune.yaml (docs/{}.md), or take the line out.":
    "est {} de {} de la commune, et elle n’en fait pas tourner. Écrivez {}: dans son commune.yaml (docs/{}.md), ou retirez la ligne.",
  "is told to the association by mail, and the commune declares no mail. Write mail: with its relay (docs/platform.md), or take the line out.":
    "est dit à l’association par courriel, et la commune ne déclare pas de courrier. Écrivez mail: avec son relais (docs/platform.md), ou retirez la ligne.",
  "{} is {} of {}. Write another name.": "{} est {} de {}. Écrivez un autre nom.",
  "needs the commune's ticketing, and it declares none. Write tickets: {} in its commune.yaml (docs/tickets.md), or take it out.":
    "a besoin de la billetterie de la commune, et elle n’en déclare pas. Écrivez tickets: {} dans son commune.yaml (docs/tickets.md), ou retirez-le.",
  "cannot be where {} would be its address: pretix has that itself. Take it out; an association under another id can have it.":
    "ne peut pas être là où {} serait son adresse : pretix l’a déjà. Retirez-le ; une association d’un autre identifiant peut l’avoir.",
  "is no tenant: the file of one is called {}. Rename it.":
    "n’est pas une association : le fichier d’une association s’appelle {}. Renommez-le.",
  "is of a tenant, and the commune declares no room for any. Write tenants: { domain: … } in its commune.yaml (docs/tenants.md), or move the file away.":
    "est d’une association, et la commune n’en déclare pas la place. Écrivez tenants: { domain: … } dans son commune.yaml (docs/tenants.md), ou déplacez le fichier.",
  "Write {}, or rename the file.": "Écrivez {}, ou renommez le fichier.",
  "Rename the file.": "Renommez le fichier.",
  "{} is not the name of its file ({}). {}": "{} n’est pas le nom de son fichier ({}). {}",
  "is not an RNA number: W and nine digits, of which the second may be a letter":
    "n’est pas un numéro RNA : W et neuf chiffres, dont le deuxième peut être une lettre",
  "is a SIRET, which is of one establishment": "est un SIRET, qui est d’un établissement",
  "is not a SIREN number: nine digits": "n’est pas un numéro SIREN : neuf chiffres",
  "is no SIREN number that INSEE gave: one of its digits is wrong":
    "n’est pas un numéro SIREN donné par l’INSEE : un de ses chiffres est faux",
  "has more than digits in it": "n’a pas que des chiffres",

  // components/tenants/chart/helm.ts
  'Associations\' applications are Helm charts, and the program {} does not exist. Install Helm 3 (https://helm.sh/docs/intro/install/), or name it: export {}=<its path>. A local cluster comes with one: eval "$(npx commune local env)".':
    'Les outils des associations sont des charts Helm, et le programme {} n’existe pas. Installez Helm 3 (https://helm.sh/docs/intro/install/), ou dites où il est : export {}=<son chemin>. Un cluster local en apporte un : eval "$(npx commune local env)".',
  "helm cannot render {}: {}": "helm ne peut pas écrire les objets de {} : {}",
};
