/** Answers of registries and feeds, reasons of DNS records, machines, ways back: JSON has these texts too. */
export const ofOutside: Readonly<Record<string, string>> = {
  // components/foundation/image/registry
  "{} gave for {} what has the digest {}, and should have {}: nothing was taken from it.":
    "{} a donné pour {} ce qui a l’empreinte {}, et devrait avoir {} : rien n’en a été pris.",
  "{} gave nothing of {}.": "{} n’a rien donné de {}.",
  "what the registry gave for {} of {} is something else: nothing was taken from it.":
    "ce que le registre a donné pour {} de {} est autre chose : rien n’en a été pris.",
  "{} wants a token for {} from {}, which is not https, or not of its own site: no request and no password was sent there. Name a mirror of it.":
    "{} veut pour {} un jeton de {}, qui n’est pas en https ou pas de son propre site : aucune demande et aucun mot de passe n’y a été envoyé. Nommez-en un miroir.",
  "{} gave no token for {}.": "{} n’a pas donné de jeton pour {}.",
  "{} redirects to {}, and is not followed there.": "{} renvoie vers {}, et n’y est pas suivi.",
  "{} does not answer ({}): ask again later, or name a mirror of it.":
    "{} ne répond pas ({}) : redemandez plus tard, ou nommez-en un miroir.",
  "{} requires a log-in for {}: log in with docker login {}, podman login {} or skopeo login {}.":
    "{} demande un compte pour {} : entrez par docker login {}, podman login {} ou skopeo login {}.",
  "{} does not let this user read {}.": "{} ne laisse pas ce compte lire {}.",
  "{} has no image {}. Correct its version in the declaration, or the mirror.":
    "{} n’a pas l’image {}. Corrigez sa version dans la déclaration, ou le miroir.",
  "{} has been asked too often: wait, log in, or name a mirror.":
    "{} a été interrogé trop souvent : attendez, entrez avec un compte, ou nommez un miroir.",
  "{} answered {} when asked for {}.": "{} a répondu {} à la demande de {}.",
  "what the registry says of {} is longer than {} bytes.": "ce que le registre dit de {} dépasse {} octets.",

  // components/foundation/upstream/feeds
  "{} gave no JSON": "{} n’a pas donné de JSON",
  "{} is not of the expected form, at {}": "{} n’est pas de la forme attendue, à {}",
  "{} is no Atom feed": "{} n’est pas un flux Atom",
  "{} sent on to {}, which is not https": "{} renvoie vers {}, qui n’est pas en https",
  "{} did not answer ({})": "{} n’a pas répondu ({})",
  "{} gave more than {} bytes, and was not read": "{} a donné plus de {} octets, et n’a pas été lu",

  // policies/hardware.ts
  "{} GiB of disk for volumes": "{} GiB de disque pour les volumes",
  "one {} with {} GiB of memory, and {}": "un {} de {} GiB de mémoire, et {}",
  "{} servers with {} GiB of memory each, and {}": "{} serveurs de {} GiB de mémoire chacun, et {}",

  // scripts/updates/text.ts
  "the toolkit of before": "l’outillage d’avant",
  "the toolkit of before, and a copy from before": "l’outillage d’avant, et une copie d’avant",
  "declare what was": "déclarer ce qui était",
  "not by undo; the old data stays beside (docs/database.md)":
    "pas par undo ; les anciennes données restent à côté (docs/database.md)",
  "npx commune undo, to the restore point that is taken first":
    "npx commune undo, au point de restauration qui est pris d’abord",
  "only with a copy of your own{}": "seulement avec une copie à vous{}",

  // scripts/dns.ts, components/platform/mail/dns.ts and components/federation/home-page.ts
  "federation: the first page, and what the commune says of itself.":
    "fédération : la première page, et ce que la commune dit d’elle-même.",
  "{}: where the ingress controller is reached.": "{} : là où le contrôleur d’entrée est atteint.",
  "media: the public name of the bucket.": "médias : le nom public de l’espace de stockage.",
  "SPF: hosts that send for the domain. A domain has one such record: merge it with yours.":
    "SPF : les machines qui envoient pour le domaine. Un domaine n’a qu’un tel enregistrement : réunissez-le avec le vôtre.",
  "DKIM: the key of the relay's signature.": "DKIM : la clé de la signature du relais.",
  "DMARC: mail that fails both is set apart, and reported to the contact. A domain has one such record: keep yours.":
    "DMARC : le courrier qui échoue aux deux est mis à part, et signalé au contact. Un domaine n’a qu’un tel enregistrement : gardez le vôtre.",
  "mail for the lists of an association, to the relay; or to whichever server of yours takes it.":
    "le courrier des listes d’une association, vers le relais ; ou vers un serveur à vous qui le prend.",
  "SPF: hosts that send for these lists.": "SPF : les machines qui envoient pour ces listes.",
  "nothing says whether a website is there": "rien ne dit si un site web y est",
  "the commune's website is there": "le site web de la commune y est",
  "{} is the commune's website, and {} usually leads to it":
    "{} est le site web de la commune, et {} y mène d’ordinaire",

  // components/recovery/kit/share.ts
  "the shares do not yield the seed again. Nothing was written.":
    "les feuilles ne redonnent pas la graine. Rien n’a été écrit.",
  "no share was given.": "aucune feuille n’a été donnée.",
  "share {} and share {} are of two different kits ({} and {}): all must be of one.":
    "les feuilles {} et {} sont de deux jeux différents ({} et {}) : toutes doivent être d’un seul.",
  "{} different shares are needed, and {} were given.":
    "il faut {} feuilles différentes, et {} ont été données.",
  "together they do not yield the seed of this commune: one of them is wrong.":
    "ensemble elles ne donnent pas la graine de cette commune : l’une d’elles est fausse.",
  "{} has {} letters, and it must have {}.": "{} a {} lettres, et doit en avoir {}.",
  '{} has a "{}", which no share has.': "{} a un « {} », qu’aucune feuille n’a.",
  "{} is wrong: a letter was mistyped, or the line belongs in another place.":
    "{} est fausse : une lettre a été mal tapée, ou la ligne va ailleurs.",
  "it has format {}, and this toolkit reads format {}.":
    "elle est au format {}, et cet outillage lit le format {}.",

  // components/recovery/points/reads.ts
  "{} is declared as {}, and the point is of {}, whose files and rows it would migrate or not read":
    "{} est déclaré en {}, et le point est de {}, dont il convertirait ou ne lirait pas les fichiers et la base",
  "{} is {} in this toolkit, and the point is of {}: older software does not read what newer has written. Take the toolkit that was in use":
    "{} est en {} dans cet outillage, et le point est de {} : un logiciel plus ancien ne lit pas ce qu’un plus récent a écrit. Prenez l’outillage qui était en service",
};
