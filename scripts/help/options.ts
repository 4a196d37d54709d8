/**
 * French of what options and arguments say, by their English: a text that several commands have stands here once, and
 * whoever changes the English is asked for the French again.
 */
export const ofOptions: Readonly<Record<string, string>> = {
  // Arguments.
  "a new folder, or . where npm install has put this package":
    "un nouveau dossier, ou . là où npm install a mis ce paquet",
  "its id: the name of its folder and of its stack": "son identifiant : le nom de son dossier et de sa pile",
  "communes to check; all of them when none is named": "communes à vérifier ; toutes, si aucune n’est nommée",
  "id of the commune": "identifiant de la commune",
  "communes whose images are read; all of them when none is named, and stacks/images.lock.yaml of older toolkits goes":
    "communes dont les images sont lues ; toutes, si aucune n’est nommée, et le stacks/images.lock.yaml d’un outillage plus ancien est alors retiré",
  "id of the commune; all that are declared when absent":
    "identifiant de la commune ; sans lui, toutes celles qui sont déclarées",
  "id of the commune that is to run there: its memory is compared too":
    "identifiant de la commune qui doit y tourner : sa mémoire est comparée aussi",
  "the namespaces of this commune alone; those of every commune when absent":
    "les espaces de cette seule commune ; sans elle, ceux de toutes",
  "a Markdown file; without one, what waits is posted":
    "un fichier Markdown ; sans lui, ce qui attend est envoyé",
  "report.json of commune report --preview": "report.json, écrit par commune report --preview",
  "name of the node": "nom du nœud",
  "what `commune export` wrote": "le dossier écrit par `commune export`",
  "requests, as the form's messages brought them":
    "demandes, telles que les messages du formulaire les ont apportées",
  "the request": "la demande",
  "id of the association": "identifiant de l’association",
  "their own address of mail": "l’adresse électronique de la personne",
  "id of the association; all that run or are suspended when absent":
    "identifiant de l’association ; sans lui, toutes celles qui tournent ou sont suspendues",
  "the archive, unpacked": "l’archive, décompressée",
  "id of the commune that takes it over": "identifiant de la commune qui la reprend",
  "manifest.toml of a package in format 2": "manifest.toml d’un paquet au format 2",
  application: "application à essayer",
  "id of the quarter": "identifiant du quartier",
  "id of the hotspot in places.geojson": "identifiant de la borne dans places.geojson",
  "folder with lessons, each with its notice beside it (docs/schools.md)":
    "dossier de leçons, chacune avec sa notice à côté (docs/schools.md)",
  "id of the school or of the space": "identifiant de l’école ou de l’espace",
  "whose log": "service dont on veut le journal",
  "new folder, for a site without links to files of the checkout":
    "nouveau dossier, pour un site sans liens vers les fichiers du dépôt",

  // What is printed, and in which language.
  "print the result as JSON": "affiche le résultat en JSON",
  "print the figures as JSON": "affiche les chiffres en JSON",
  "print what changed as JSON": "affiche en JSON ce qui a changé",
  "print the rows as JSON": "affiche les lignes en JSON",
  "print the records to publish as JSON": "affiche en JSON les enregistrements à publier",
  "print facts, findings and settings as JSON": "affiche en JSON les faits, les constats et les réglages",
  "print a Kubernetes List as JSON": "affiche une List de Kubernetes en JSON",
  "print the status as JSON": "affiche l’état en JSON",
  "print the report as JSON, and write nothing": "affiche le rapport en JSON, et n’écrit rien",
  "print the line of the log as JSON": "affiche en JSON la ligne du journal",
  "print the lines of the log as JSON": "affiche en JSON les lignes du journal",
  "print the list of files as JSON": "affiche en JSON la liste des fichiers",
  "print the directory as JSON too": "affiche aussi l’annuaire en JSON",
  "print what is to be done as JSON": "affiche en JSON ce qui serait fait",
  "print the list as JSON": "affiche la liste en JSON",
  "try PostgreSQL on several nodes instead: three servers of CloudNativePG and one writer, while the server that takes its writes is killed, deleted and ended, and its machine switched off if a person says that it is. Takes a quarter of an hour; what was seen is added to database-trials.jsonl beside the declarations":
    "essaie plutôt PostgreSQL sur plusieurs nœuds : trois serveurs de CloudNativePG et un écrivain, pendant que le serveur qui prend ses écritures est tué, supprimé et arrêté, et sa machine éteinte si une personne dit qu’elle l’est. Dure un quart d’heure ; ce qui a été vu s’ajoute à database-trials.jsonl, à côté des déclarations",
  "print what was found as JSON": "affiche en JSON ce qui a été trouvé",
  "print bytes and thousandths of a core as JSON": "affiche en JSON les octets et les millièmes de cœur",
  "print the draft as JSON, and write nothing": "affiche le brouillon en JSON, et n’écrit rien",
  "print it as a NetJSON DeviceConfiguration, which other controllers read":
    "l’affiche comme DeviceConfiguration de NetJSON, que d’autres contrôleurs lisent",
  "print the variables as JSON": "affiche les variables en JSON",
  "print what keepers and vaults say as Prometheus reads it":
    "affiche ce que disent gardiens et coffres, comme Prometheus le lit",
  "print how many there are and of when, as Prometheus reads it":
    "affiche combien il y en a et de quand, comme Prometheus le lit",
  "language of what is said of changes": "langue de ce qui est dit des changements",
  "language of the findings": "langue des constats",
  "language of the report": "langue du rapport",
  "language of the question": "langue de la question",
  "language of what is found": "langue de ce qui est trouvé",
  "COMMUNE_LANG, else the locale’s, else en": "COMMUNE_LANG, sinon celle du système, sinon en",
  "COMMUNE_LANG, else fr": "COMMUNE_LANG, sinon fr",

  // Where, through what, and whether it asks.
  "context of the kubeconfig": "contexte du kubeconfig",
  "context of the kubeconfig; the one of the stack's settings when absent":
    "contexte du kubeconfig ; sans lui, celui des réglages de la pile",
  "context of the kubeconfig; its current one when absent":
    "contexte du kubeconfig ; sans lui, le contexte courant",
  "context of the kubeconfig of the new cluster; the current one when absent":
    "contexte du kubeconfig du nouveau cluster ; sans lui, le contexte courant",
  "context of the kubeconfig of the spare cluster": "contexte du kubeconfig du cluster de réserve",
  "address that stands for every public name; public DNS when absent":
    "adresse qui vaut pour tous les noms publics ; sans elle, le DNS public",
  "certificate of the authority that signs the public names":
    "certificat de l’autorité qui signe les noms publics",
  "do not ask": "ne pose pas de question",
  "sign without a question": "signe sans poser de question",
  "sign all of them without a question": "les signe toutes sans poser de question",
  "do it; without it nothing is changed": "le fait ; sans cette option rien n’est changé",
  "do not ask before anything is replaced": "ne pose pas de question avant de remplacer quoi que ce soit",
  "SSH key that signs, or its .pub where an agent holds it":
    "clé SSH qui signe, ou son .pub si un agent la tient",

  // Declaring.
  "with the communes of the demo and of its tour in stacks/":
    "avec, dans stacks/, les communes de la démonstration et de sa visite",
  "name that people read": "nom que les gens lisent",
  "INSEE code": "code INSEE",
  "domain of the commune": "domaine de la commune",
  "number of inhabitants": "nombre d’habitants",
  "mail address of the people in charge": "adresse électronique des responsables",
  "the commune's website, if it has one: its name is never led away from it":
    "site web de la commune, si elle en a un : son nom n’en est jamais détourné",
  "services to start with, with commas between: nextcloud, mastodon, peertube, lists, tickets":
    "services pour commencer, séparés par des virgules : nextcloud, mastodon, peertube, lists, tickets",
  "what the stack published last (pulumi stack output published --json): list every change since, and refuse what up would refuse":
    "ce que la pile a publié en dernier (pulumi stack output published --json) : liste chaque changement depuis, et refuse ce que up refuserait",
  "read there instead: <registry>=<host>[/<path>] with commas between; by default what commune:registryMirror of the stacks says":
    "lit là plutôt : <registry>=<host>[/<path>], séparés par des virgules ; par défaut, ce que dit commune:registryMirror des piles",
  "ask no feed: what the toolkit's own file knows":
    "n’interroge aucun flux : ce que sait le fichier de l’outillage lui-même",
  "write the next version of these services into versions.lock.yaml of the commune":
    "écrit la version suivante de ces services dans le versions.lock.yaml de la commune",
  "public addresses of the ingress controller, with commas between":
    "adresses publiques du contrôleur d’entrée, séparées par des virgules",
  "also lead the domain itself there, although a website is or may be at it":
    "y mène aussi le domaine lui-même, bien qu’un site web y soit ou puisse y être",
  "try this bucket of the commune's `recovery.buckets` instead of a cluster: put, overwrite, delete. A few bytes stay in it":
    "essaie cet espace de stockage de `recovery.buckets` au lieu d’un cluster : écrire, remplacer, supprimer. Quelques octets y restent",
  "try the bucket of the commune's `media` instead of a cluster: whether several pods can share it. What was written is deleted":
    "essaie l’espace de stockage de `media` au lieu d’un cluster : plusieurs pods peuvent-ils le partager ? Ce qui a été écrit est supprimé",
  "try the bucket of Nextcloud's `objects` in the same way":
    "essaie de même l’espace de stockage `objects` de Nextcloud",
  "pull the image of the two pods there: <registry>=<host>[/<path>] with commas between":
    "y prend l’image des deux pods : <registry>=<host>[/<path>], séparés par des virgules",
  "the cluster has images from a mirror, under other names: leave the catalogue out":
    "le cluster a ses images d’un miroir, sous d’autres noms : laisse le catalogue de côté",

  // Reports, approvals and the log.
  "every commune that is declared: what is the same in several is told once":
    "toutes les communes déclarées : ce qui est pareil pour plusieurs n’est dit qu’une fois",
  "git revision whose declaration it is compared with":
    "révision de git dont la déclaration sert de comparaison",
  "what the stack published last (pulumi stack output published --json): changes are told from there":
    "ce que la pile a publié en dernier (pulumi stack output published --json) : les changements sont dits à partir de là",
  "ask Pulumi what an update would do: a report that can be approved, compared with what is applied":
    "demande à Pulumi ce que ferait une mise à jour : un rapport que l’on peut approuver, comparé à ce qui est appliqué",
  "why, in one sentence: it stands on top of the report, and is signed with it":
    "pourquoi, en une phrase : elle est en tête du rapport, et signée avec lui",
  "where the report is written, with --all in a folder for each commune; .local/audit/<commune> when absent":
    "où le rapport est écrit, avec --all dans un dossier pour chaque commune ; sans cette option, .local/audit/<commune>",
  "answer of somebody who said yes in a browser, as a file or the message that carries it: it is entered, not signed again":
    "réponse de quelqu’un qui a dit oui dans un navigateur, en fichier ou dans le message qui l’apporte : elle est inscrite, et n’est pas signée une seconde fois",
  "for how long the approval counts, at most 7": "combien de jours l’accord compte, 7 au plus",
  "where this machine does not reach the stack: show and sign what the plan of the report does, and nothing else that it says":
    "là où cette machine n’atteint pas la pile : montre et signe ce que fait le plan du rapport, et rien d’autre de ce qu’il dit",
  "report.json that was approved; .local/audit/<commune>/report.json when absent":
    "report.json approuvé ; sans cette option, .local/audit/<commune>/report.json",
  "the restore point of a service, where the cluster does not know it":
    "le point de restauration d’un service, si le cluster ne le connaît pas",
  "the declaration alone: data stays as it is": "la déclaration seule : les données restent comme elles sont",
  "where the report is written; .local/drift/<commune> when absent":
    "où le rapport est écrit ; sans cette option, .local/drift/<commune>",
  "what Pulumi knows of past updates (pulumi stack history --json --page-size 100000): list those that nobody approved":
    "ce que Pulumi sait des mises à jour passées (pulumi stack history --json --page-size 100000) : liste celles que personne n’a approuvées",
  "ask the other communes what they remember of this log":
    "demande aux autres communes ce qu’elles ont retenu de ce journal",
  "where the files are written; .local/evidence/<commune> when absent":
    "où les fichiers sont écrits ; sans cette option, .local/evidence/<commune>",
  "day that the files are of, today when absent: the same day and declaration give the same bytes":
    "jour des fichiers, aujourd’hui sans cette option : le même jour et la même déclaration donnent les mêmes octets",
  "where to write it; what it holds already is what is last known":
    "où l’écrire ; ce qui y est déjà est ce que l’on sait en dernier",

  // Copies.
  "who keeps what is copied": "qui garde ce qui est copié",
  "who is to keep it too": "qui doit le garder aussi",
  "only these, such as nextcloud/files-2026q4": "seulement ceux-là, comme nextcloud/files-2026q4",
  "the bucket, by its name in recovery.buckets": "l’espace de stockage, par son nom dans recovery.buckets",
  "when the thief began, by the store's clock, such as 2026-11-30T02:00:00Z":
    "quand le voleur a commencé, d’après l’horloge du stockage, comme 2026-11-30T02:00:00Z",
  "only these": "seulement ceux-là",
  "only these associations": "seulement ces associations",
  "also when half of the files are gone since the last one":
    "même si la moitié des fichiers a disparu depuis le dernier",
  "a new folder for the sheets": "un nouveau dossier pour les feuilles",
  "as PDF too, with the machine's chromium": "en PDF aussi, avec le chromium de cette machine",
  "which service": "le service",
  "the restore point, as `commune recovery points` lists it":
    "le point de restauration, comme `commune recovery points` le liste",
  "report to it that its rows came back with their whole server, as restoreFrom does: it reads its files anew, and devices learn of it":
    "lui dit que sa base est revenue avec tout son serveur, comme par restoreFrom : il relit ses fichiers, et les appareils l’apprennent",
  "its rows too, from the same point: all of the service is as it was then":
    "sa base aussi, du même point : tout le service est alors comme il était",
  "its rows as they were at this moment, in UTC, from the databases' log; its files stay, or are those of --point":
    "sa base telle qu’elle était à ce moment, en UTC, d’après le journal des bases ; ses fichiers restent, ou sont ceux de --point",
  "one folder or file alone, while the service serves: anna/files/Mairie":
    "un seul dossier ou fichier, pendant que le service tourne : anna/files/Mairie",
  "exchange back: files and rows of before the restore":
    "échange en sens inverse : fichiers et base d’avant la restauration",
  "remove what is kept aside of it, for good": "supprime pour de bon ce qui en a été mis de côté",
  "services, or applications of associations, without a restore point, which begin empty":
    "services, ou outils d’associations, sans point de restauration, qui repartent vides",
  "the site that is left still answers: shut it first, and take a last restore point of each service there":
    "le site que l’on quitte répond encore : le ferme d’abord, et y prend un dernier point de restauration de chaque service",
  "on the cluster where the commune runs, in namespaces of its own":
    "sur le cluster où la commune tourne, dans des espaces à part",
  "only these, or these applications of associations (t-chorale-dokuwiki)":
    "seulement ceux-là, ou ces outils d’associations (t-chorale-dokuwiki)",
  "only these associations: all of their applications": "seulement ces associations : tous leurs outils",
  "leave the copy there afterwards, to look at it": "laisse ensuite la copie là, pour la regarder",
  "take away what a drill before has left, and do nothing else":
    "retire ce qu’un exercice précédent a laissé, et ne fait rien d’autre",
  "where it is written; nothing may be there yet": "où c’est écrit ; rien ne doit encore y être",
  "another restore point of a service than its newest":
    "un autre point de restauration d’un service que le plus récent",
  "services that leave without their data": "services qui partent sans leurs données",

  // Associations.
  "the form's public key; asked of the stack when absent":
    "clé publique du formulaire ; sans elle, demandée à la pile",
  "what it may take; the smallest plan that is enough when absent":
    "formule de l’association ; sans cette option, la plus petite qui suffit",
  "day until which it is hosted; two years from now when absent":
    "jour jusqu’auquel elle est hébergée ; sans cette option, dans deux ans",
  "approve although something is to be looked at: why that is well":
    "accepte bien qu’il y ait quelque chose à regarder : pourquoi c’est bien ainsi",
  "why, in French: it is in the answer, and is not kept":
    "pourquoi, en français : c’est dans la réponse, et n’est pas gardé",
  "what they are called": "prénom de la personne",
  "their family's name": "nom de famille de la personne",
  "the request of the association, where it says who: in the place of address and names":
    "la demande de l’association, si elle dit qui : à la place de l’adresse et des noms",
  "why, in French: it stands in the file and in the letter, on no page":
    "pourquoi, en français : c’est dans le fichier et dans le courriel, sur aucune page",
  "the commune's key, from its page /.well-known/commune.json; the archive's own when absent":
    "clé de la commune, de sa page /.well-known/commune.json ; sans elle, celle de l’archive",
  "its id here; that of the archive when absent":
    "son identifiant ici ; sans cette option, celui de l’archive",
  "key of the commune that it comes from, from its page /.well-known/commune.json; asked for when absent":
    "clé de la commune d’où elle vient, de sa page /.well-known/commune.json ; demandée sans cette option",
  "what it took along: npx commune tenant export": "ce qu’elle a emporté : npx commune tenant export",
  "it takes nothing along: why, in French; it stands in the proof":
    "elle n’emporte rien : pourquoi, en français ; c’est dans la preuve",
  "where the proof is written, at the end; nothing may be there yet":
    "où la preuve est écrite, à la fin ; rien ne doit encore y être",
  "write the chart there; charts/<id> when absent": "y écrit le chart ; sans cette option, dans charts/<id>",

  // Places.
  "how many to look for": "combien en chercher",
  "another power of all its radios, such as rize=8": "une autre puissance de toutes ses radios, comme rize=8",
  "another place": "un autre endroit",
  "the hotspot is not there": "la borne n’y est pas",
  "a new round white zone, always held": "une nouvelle zone blanche ronde, à toute heure",
  "where to write it (tar.gz)": "où l’écrire (tar.gz)",
  "where to write it; map-<commune> here when absent": "où l’écrire ; sans cette option, map-<commune> ici",
  "lessons may have the widgets of this folder, such as OpenBoard's own library":
    "les leçons peuvent avoir les widgets de ce dossier, comme la bibliothèque d’OpenBoard",
  "where to write it; <folder>/catalogue when absent. What stands there is replaced":
    "où l’écrire ; sans cette option, <folder>/catalogue. Ce qui y est est remplacé",
  "title of the page": "titre de la page",
  "where to write it": "où l’écrire",

  // The demo and the local cluster.
  "auto: upstream's where registries answer, else those made here; a cluster keeps what it had":
    "auto : celles d’origine si les registres répondent, sinon celles qui sont faites ici ; un cluster garde ce qu’il avait",
  "ask there instead: <registry>=<host>[/<path>] with commas between":
    "les demande là plutôt : <registry>=<host>[/<path>], séparés par des virgules",
  "providers of Pulumi: the official ones where they can be had, or ours":
    "fournisseurs de Pulumi : les officiels si l’on peut les avoir, ou les nôtres",
  "go on afterwards, with a copy of the declarations: a change and its report, approvals, an association's request, a deleted file that comes back (docs/tour.md)":
    "continue ensuite, avec une copie des déclarations : un changement et son rapport, des accords, la demande d’une association, un fichier supprimé qui revient (docs/tour.md)",
  "undo: remove the cluster, its data and everything else that the demo made":
    "défait : retire le cluster, ses données et tout ce que la démonstration a fait",
  "with --clean: do not ask before communes of somebody's own on that cluster go with it":
    "avec --clean : ne pose pas de question avant que des communes de quelqu’un sur ce cluster partent avec lui",
  "bring one commune up on your cluster, through this context of your kubeconfig":
    "fait tourner une commune sur votre cluster, par ce contexte de votre kubeconfig",
  "with --context: another declared commune than villeurbanne":
    "avec --context : une autre commune déclarée que villeurbanne",
  "with --context: a domain of yours in place of the declared one; links to others are left out then":
    "avec --context : un domaine à vous à la place de celui qui est déclaré ; les liens avec d’autres sont alors laissés de côté",
  "with --context: a setting of the site that the cluster does not tell by itself; may be repeated":
    "avec --context : un réglage du site que le cluster ne dit pas de lui-même ; peut être répété",
  "with --context: authority of the certificates there, where this machine does not trust it":
    "avec --context : autorité des certificats de là-bas, si cette machine ne s’y fie pas",
  "with --context: where the ingress controller answers, while the domain's names do not lead there":
    "avec --context : où le contrôleur d’entrée répond, tant que les noms du domaine n’y mènent pas",
  "which local cluster": "le cluster local",
  "domains to answer for; by default those of every declared commune":
    "domaines pour lesquels répondre ; par défaut, ceux de toutes les communes déclarées",
  "images to have beside those that the declared communes run":
    "images à avoir en plus de celles que les communes déclarées font tourner",
  "addresses of a new cluster's pods and services; ipv4 when absent":
    "adresses des pods et des services d’un nouveau cluster ; sans cette option, ipv4",
  "nodes of a new cluster, 1 to 9; 1 when absent":
    "nœuds d’un nouveau cluster, de 1 à 9 ; sans cette option, 1",
  'memory of each of several nodes, such as "4 GiB"; they share what this machine has, but for 2 GiB, when absent':
    "mémoire de chacun de plusieurs nœuds, comme « 4 GiB » ; sans cette option, ils se partagent ce qu’a cette machine, moins 2 GiB",
  "processors of each of several nodes, such as 0.5; they share all that this machine has when absent":
    "processeurs de chacun de plusieurs nœuds, comme 0.5 ; sans cette option, ils se partagent tous ceux de cette machine",
  "which one, such as 2 or node-2": "lequel, comme 2 ou node-2",
  "node whose service it is, if the cluster has several; the control plane's when absent":
    "nœud du service, si le cluster en a plusieurs ; sans cette option, celui du plan de contrôle",
  "host port of the Kubernetes API": "port de la machine pour l’API de Kubernetes",
  "host port of HTTPS": "port de la machine pour HTTPS",
  "host port of HTTP, which redirects to HTTPS": "port de la machine pour HTTP, qui renvoie vers HTTPS",
  "go on with every new line": "continue avec chaque nouvelle ligne",
  "write nothing; exit with 1 when a file is not up to date":
    "n’écrit rien ; finit par 1 si un fichier n’est pas à jour",
  "output the version number": "affiche la version",
};
