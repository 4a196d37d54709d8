/** Faults of a value in a declaration, by its kind: components/foundation/declaration. JSON has these texts too. */
export const ofVocabulary: Readonly<Record<string, string>> = {
  "Leave out what is not needed.": "Retirez ce qui n’est pas nécessaire.",
  // written.ts, show.ts, explain.ts, choice.ts, problem.ts
  "{} {}. Nothing was changed.": "{} {}. Rien n’a été changé.",
  "has no value": "n’a pas de valeur",
  "is a list here": "est une liste ici",
  "is a section here": "est une section ici",
  "{} is a text": "{} est un texte",
  "{} is a number": "{} est un nombre",
  "{} is a yes-or-no value": "{} est une valeur oui ou non",
  "is longer than {} characters": "a plus de {} caractères",
  "{} is not a choice here. {}Write {}.": "{} n’est pas un choix ici. {}Écrivez {}.",
  "{} is not a choice here. Write {}.": "{} n’est pas un choix ici. Écrivez {}.",
  "{} is too small or too short. The least is {}.": "{} est trop petit ou trop court. Le moins est {}.",
  "{} is too large or too long. The most is {}.": "{} est trop grand ou trop long. Le plus est {}.",
  "{} is not a multiple of {}.": "{} n’est pas un multiple de {}.",
  "The section {} above it has one: indent the line below it.":
    "La section {}, au-dessus, en a un : mettez la ligne en retrait sous elle.",
  "{} is not spelled as expected.": "{} ne s’écrit pas comme attendu.",
  'Write {} in quotes, such as "{}".': "Écrivez {} entre guillemets, comme « {} ».",
  "Nothing is allowed here.": "Rien n’est admis ici.",
  "{} is not allowed here": "{} n’est pas admis ici",
  "what the reference says": "ce que dit la référence",

  // quantity.ts, size.ts, duration.ts, cpu.ts, length.ts, count.ts, decibel.ts
  "is not a number and a unit": "n’est pas un nombre et une unité",
  "has no unit": "n’a pas d’unité",
  'has the unknown unit "{}" (known: {})': "a l’unité inconnue « {} » (connues : {})",
  "is too large": "est trop grand",
  "is finer than the smallest unit": "est plus fin que la plus petite unité",
  "is not the usual spelling": "n’est pas l’écriture usuelle",
  "is less than {}, the least allowed": "est moins que {}, le moins admis",
  "is more than {}, the most allowed": "est plus que {}, le plus admis",
  "is less than {} m, the least allowed": "est moins que {} m, le moins admis",
  "is more than {} m, the most allowed": "est plus que {} m, le plus admis",
  "Write a whole number from {} to {}, such as {}.": "Écrivez un nombre entier de {} à {}, comme {}.",
  "{} is not a whole number. {}": "{} n’est pas un nombre entier. {}",
  "{} is too small. {}": "{} est trop petit. {}",
  "{} is too large. {}": "{} est trop grand. {}",
  "is not a number and the unit {}": "n’est pas un nombre et l’unité {}",
  "is not in {}": "n’est pas en {}",
  "is out of the limits ({})": "est hors des limites ({})",
  "is a power in watts": "est une puissance en watts",
  "is finer than a tenth": "est plus fin qu’un dixième",

  // address.ts, domain.ts, email.ts, ip-address.ts, web-page.ts
  "does not start with https://": "ne commence pas par https://",
  "ends with a slash": "finit par une barre",
  "is not an address of a host and a path alone": "n’est pas l’adresse d’une machine et d’un chemin seuls",
  "names a host that {}": "nomme une machine qui {}",
  "is not in its plain spelling": "n’est pas dans son écriture simple",
  "has letters that the domain name system spells otherwise":
    "a des lettres que le système des noms de domaine écrit autrement",
  "is an address, not a domain name": "est une adresse, pas un nom de domaine",
  "has a wildcard, which is not a domain name": "a un joker, qui n’est pas un nom de domaine",
  "is not a domain name but a number": "n’est pas un nom de domaine mais un nombre",
  "has capital letters": "a des majuscules",
  "ends with a dot": "finit par un point",
  "has no dot": "n’a pas de point",
  "has a part longer than 63 characters": "a une partie de plus de 63 caractères",
  "is not a domain name (letters a to z, digits and inner hyphens, in parts with a dot between)":
    "n’est pas un nom de domaine (lettres de a à z, chiffres et traits d’union intérieurs, en parties séparées par un point)",
  "is not the ASCII form of an international name (it reads {})":
    "n’est pas la forme ASCII d’un nom international (elle se lit {})",
  "is not a mail address: it needs exactly one @":
    "n’est pas une adresse électronique : il y faut exactement un @",
  "is not a mail address: before the @ stand letters a to z, digits and . _ % + - between them":
    "n’est pas une adresse électronique : avant le @ vont des lettres de a à z, des chiffres, et . _ % + - entre eux",
  "has a domain that {}": "a un domaine qui {}",
  "is not an IP address": "n’est pas une adresse IP",
  "is no https address": "n’est pas une adresse https",

  // identifier.ts, line.ts, list.ts, folder.ts, path.ts, fediverse-name.ts, debian-package.ts
  'contains "-t-", which separates a commune from its tenants':
    "contient « -t- », qui sépare une commune de ses associations",
  "has two hyphens in a row": "a deux traits d’union de suite",
  "may only have letters a to z, digits and inner hyphens, a letter first":
    "ne peut avoir que des lettres de a à z, des chiffres et des traits d’union intérieurs, une lettre d’abord",
  "has a line break or a character that cannot be seen": "a un retour à la ligne ou un caractère invisible",
  "starts or ends with a space": "commence ou finit par une espace",
  "has accents in an unusual encoding": "a des accents dans un codage inhabituel",
  'Write a list of {} in [ ] with commas between, or one per line after "- ".':
    "Écrivez une liste de {} entre [ ] avec des virgules, ou un par ligne après « - ».",
  "is too short. Write at least {} of the {}.": "est trop court. Écrivez au moins {} des {}.",
  "is too long. Write at most {} of the {}.": "est trop long. Écrivez au plus {} des {}.",
  "{} is listed twice. Remove one.": "{} est listé deux fois. Retirez-en un.",
  "is an absolute path; folders stand beside the declaration":
    "est un chemin absolu ; les dossiers sont à côté de la déclaration",
  "leads out of the commune's folder": "mène hors du dossier de la commune",
  "may only have letters a to z, digits, dots, hyphens and underscores, in parts with a slash between":
    "ne peut avoir que des lettres de a à z, des chiffres, des points, des traits d’union et des tirets bas, en parties séparées par une barre",
  "is an absolute path": "est un chemin absolu",
  "has a character that cannot be seen": "a un caractère invisible",
  "is no way below a folder": "n’est pas un chemin sous un dossier",
  "may only have letters a to z, digits and underscores":
    "ne peut avoir que des lettres de a à z, des chiffres et des tirets bas",
  "is reserved: people would take it for the server's own":
    "est réservé : les gens le prendraient pour celui du serveur",
  "is more than a name: the Debian release decides the version":
    "est plus qu’un nom : c’est la version de Debian qui décide",
  "may only have letters a to z, digits, and + . - inside":
    "ne peut avoir que des lettres de a à z, des chiffres, et + . - à l’intérieur",

  // insee.ts, date.ts, instant.ts, coordinates.ts, weekly-hours.ts
  "has a small letter for Corsica": "a une minuscule pour la Corse",
  "is a postal code: INSEE codes of Corsica start with 2A or 2B":
    "est un code postal : les codes INSEE de Corse commencent par 2A ou 2B",
  "is not a commune but a whole department": "n’est pas une commune mais tout un département",
  "is not the INSEE code of a French commune": "n’est pas le code INSEE d’une commune française",
  "is not a date": "n’est pas une date",
  "is no day of the calendar": "n’est pas un jour du calendrier",
  "is no moment in UTC": "n’est pas un moment en UTC",
  "is no moment of the calendar": "n’est pas un moment du calendrier",
  "is not a latitude and a longitude, with two decimals or more":
    "n’est pas une latitude et une longitude, avec deux décimales ou plus",
  "has a latitude beyond the poles": "a une latitude au-delà des pôles",
  "has a longitude beyond 180 degrees": "a une longitude au-delà de 180 degrés",
  "has hours that end when they begin (always is 24/7, the rest of a day 10:00-24:00)":
    "a des heures qui finissent quand elles commencent (toujours s’écrit 24/7, le reste d’un jour 10:00-24:00)",
  "is not a list of opening hours (OpenStreetMap's spelling)":
    "n’est pas une liste d’heures d’ouverture (écriture d’OpenStreetMap)",
  "is not the same every week (months, dates, holidays and the sun are not used here)":
    "n’est pas pareil chaque semaine (mois, dates, jours fériés et soleil ne servent pas ici)",
  "is not certain (comments and open ends are not used here)":
    "n’est pas certain (commentaires et fins ouvertes ne servent pas ici)",

  // version.ts, commit.ts, sha256.ts, integrity.ts, base64.ts, uuid.ts
  "is not a whole version": "n’est pas une version entière",
  "is not a version {}: {}": "n’est pas une version {} : {}",
  'starts with a "v"': "commence par un « v »",
  "is not one exact version": "n’est pas une version exacte",
  "is not a version in three parts": "n’est pas une version en trois parties",
  "is not the whole hash of a commit": "n’est pas l’empreinte entière d’un commit",
  "is not 64 digits from 0 to f, as sha256sum prints them":
    "n’est pas 64 chiffres de 0 à f, comme sha256sum les affiche",
  'is not "sha512-" and 88 characters, as npm view <name>@<version> dist.integrity prints':
    "n’est pas « sha512- » et 88 caractères, comme l’affiche npm view <name>@<version> dist.integrity",
  "is not base64 (letters, digits, + and /, filled up with = to a multiple of four)":
    "n’est pas du base64 (lettres, chiffres, + et /, complété par des = jusqu’à un multiple de quatre)",
  "is not a UUID in lower case": "n’est pas un UUID en minuscules",

  // section.ts, settings.ts, records.ts, scalar.ts
  "{}. Write its fields indented below it, one per line, or {} for the defaults.":
    "{}. Écrivez ses champs en dessous, en retrait, un par ligne, ou {} pour les valeurs par défaut.",
  '{}. Write {} one per line below it, each as "name:".':
    "{}. Écrivez en dessous, un par ligne, chacun comme « nom: » : {}.",
  '{}. Write settings one per line below it, each as "name: value".':
    "{}. Écrivez les réglages en dessous, un par ligne, chacun comme « nom: valeur ».",
  "{}:{} is no {}. Put the line back as git has it.":
    "{}:{} : ce n’est pas {}. Remettez la ligne comme git l’a.",
  "{} is not a whole number of {}.": "{} n’est pas un nombre entier de {}.",
  "{} has two meanings in YAML. Write {}, or put it in quotes if it is a text.":
    "{} a deux sens en YAML. Écrivez {}, ou mettez des guillemets si c’est un texte.",
  "{} is {} here, and {} to some readers. Write {} or {}.":
    "{} vaut {} ici, et {} pour certains. Écrivez {} ou {}.",
  "{} has more digits than a number can keep. Put it in quotes if it is a text.":
    "{} a plus de chiffres qu’un nombre n’en garde. Mettez des guillemets si c’est un texte.",
  "{} could be a number or a text. Put it in quotes, or write the number plainly.":
    "{} peut être un nombre ou un texte. Mettez des guillemets, ou écrivez le nombre simplement.",

  // load.ts, stacks.ts
  "A declaration is a few lines.": "Une déclaration fait quelques lignes.",
  "this is not a text in UTF-8. Save the file with that encoding.":
    "ce n’est pas un texte en UTF-8. Enregistrez le fichier dans ce codage.",
  "a character that cannot be seen stands here (U+{}). Remove it.":
    "il y a ici un caractère invisible (U+{}). Retirez-le.",
  "this file is empty. Write what it declares, or remove it.":
    "ce fichier est vide. Écrivez ce qu’il déclare, ou retirez-le.",
  "this file is larger than {} MiB. {}": "ce fichier dépasse {} MiB. {}",
  "this file does not exist. Create it, or correct the name.":
    "ce fichier n’existe pas. Créez-le, ou corrigez le nom.",
  "this file may not be read. Give yourself the right to read it.":
    "ce fichier ne peut pas être lu. Donnez-vous le droit de le lire.",
  "this file is a link that leads back to itself. Correct the link.":
    "ce fichier est un lien qui ramène à lui-même. Corrigez le lien.",
  "this is not a file. A declaration is one {} file.":
    "ce n’est pas un fichier. Une déclaration est un fichier {}.",
  "this file cannot be read ({}).": "ce fichier ne peut pas être lu ({}).",
  "{} is no way below the folder of a commune. Write names, with a slash between.":
    "{} n’est pas un chemin sous le dossier d’une commune. Écrivez des noms, séparés par une barre.",
  "this is a link out of {}. Put what it leads to in its place.":
    "c’est un lien hors de {}. Mettez à sa place ce à quoi il mène.",
};

/** Sentences that are put together of several texts of the vocabulary. */
export const composed: Readonly<Record<string, string>> = {
  // A number stands without quotes, after which a saying would begin.
  "{} has no unit.": "{} n’a pas d’unité.",
  "{} is not a whole version.": "{} n’est pas une version entière.",
  'Write {} such as "{}".': "Écrivez {}, comme « {} ».",
  'Write "{}".': "Écrivez « {} ».",
  'Did you mean "{}"?': "Vouliez-vous dire « {} » ?",
  "Allowed here: {}.": "Admis ici : {}.",
  "unknown section.": "section inconnue.",
  "unknown field.": "champ inconnu.",
  "is missing.": "manque.",
  "is empty.": "est vide.",
  "no vault": "aucun coffre",
  "vaults are new": "les coffres sont nouveaux",
  "files in a bucket": "des fichiers dans un espace de stockage",
  "points go": "les points s’en vont",
};

/** Kinds of values, as sentences name them. */
export const kinds: Readonly<Record<string, string>> = {
  problem: "problème",
  problems: "problèmes",
  "a size": "une taille",
  "a duration": "une durée",
  "a name": "un nom",
  "a line": "une ligne",
  "a path": "un chemin",
  "a version": "une version",
  "a domain name": "un nom de domaine",
  "a mail address": "une adresse électronique",
  "an address": "une adresse",
  "an https address": "une adresse https",
  "an IP address": "une adresse IP",
  "a number of cores": "un nombre de cœurs",
  "a length": "une longueur",
  "a power": "une puissance",
  "a threshold": "un seuil",
  "an antenna gain": "un gain d’antenne",
  "a date": "une date",
  "a moment": "un moment",
  hours: "des heures",
  "a place": "un lieu",
  "a package": "un paquet",
  "a checksum": "une somme",
  "a public key": "une clé publique",
  "a setting": "un réglage",
  "a selector": "un sélecteur",
  "a region": "une région",
  "a telephone number": "un numéro de téléphone",
  "an account name": "un nom de compte",
  "an RNA number": "un numéro RNA",
  "base64 text": "du base64",
  "the INSEE code": "le code INSEE",
  "the commune itself": "la commune elle-même",
  "a geometry for this place": "une géométrie pour ce lieu",
  "a kind of coordinate system known here": "un système de coordonnées connu ici",
  "a gain by beamforming": "un gain par formation de faisceau",
  "the kind of this feature": "le genre de cet objet",
  "the type of a feature": "le type d’un objet géographique",
  "there is none": "il n’y en a pas",
  "the id of a commune": "l’identifiant d’une commune",
  "the id of a tenant": "l’identifiant d’une association",
  "the id of a place": "l’identifiant d’un lieu",
  "the id of a quarter": "l’identifiant d’un quartier",
  "the name of a plan": "le nom d’une formule",
  "the name of an application": "le nom d’un outil",
  "the name of an account": "le nom d’un compte",
  "the name of a database": "le nom d’une base",
  "the name of a list": "le nom d’une liste",
  members: "membres",
  addresses: "adresses",
  "mail addresses": "adresses électroniques",
  "IP addresses": "adresses IP",
  groups: "groupes",
  holders: "dépositaires",
  packages: "paquets",
  folders: "dossiers",
  paths: "chemins",
};
