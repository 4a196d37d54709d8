/** Reasons that keep a lesson, or what a school shares, from the public: components/schools. JSON has these texts too. */
export const ofSchools: Readonly<Record<string, string>> = {
  // lessons/archive.ts
  "holds {} files; a lesson has at most {}": "contient {} fichiers ; une leçon en a au plus {}",
  "is in the archive twice": "est deux fois dans l’archive",
  "unpacks to more than {}, the most allowed": "se décompresse en plus de {}, le plus permis",
  "has a file whose name and notes are longer than {} bytes":
    "a un fichier dont le nom et les notes dépassent {} octets",
  "a file's name is not in UTF-8": "le nom d’un fichier n’est pas en UTF-8",
  "has a backslash or a character in its name that cannot be seen":
    "a dans son nom une barre oblique inverse ou un caractère invisible",
  "leads out of the lesson's folder, or has a name that is no plain path":
    "mène hors du dossier de la leçon, ou a un nom qui n’est pas un chemin simple",
  "is not a file but a link or a device": "n’est pas un fichier mais un lien ou un périphérique",
  "is packed in a way ({}) that OpenBoard does not read":
    "est compressé d’une manière ({}) qu’OpenBoard ne lit pas",
  "claims to unpack to {}; a file has at most {}": "prétend se décompresser en {} ; un fichier a au plus {}",
  "unpacks to more than {} times its packed size, which no page, picture or film does":
    "se décompresse en plus de {} fois sa taille, ce que ne fait aucune page, image ni film",
  "shares its bytes with another file of the archive":
    "partage ses octets avec un autre fichier de l’archive",
  "claims more bytes than the archive has": "prétend à plus d’octets que l’archive n’en a",
  "has another name in the archive's own list than beside its bytes":
    "a dans la liste de l’archive un autre nom qu’à côté de ses octets",
  "is damaged: its checksum is another": "est abîmé : sa somme est une autre",
  "is not a sound zip archive: {}": "n’est pas une archive zip saine : {}",

  // lessons/folder.ts, lesson.ts, licence.ts and markup.ts
  "title: is missing, and the lesson has none in OpenBoard either. Write one.":
    "title : manque, et la leçon n’a pas non plus de titre dans OpenBoard. Écrivez-en un.",
  "is not a document of OpenBoard: it needs a metadata.rdf with a version, and a page":
    "n’est pas un document d’OpenBoard : il lui faut un metadata.rdf avec une version, et une page",
  "is of no kind that a lesson holds": "n’est d’aucun genre qu’une leçon contient",
  "is larger than {} KiB, the most that is read of it": "dépasse {} KiB, le plus qui en est lu",
  "is not a text in UTF-8": "n’est pas un texte en UTF-8",
  "is not a JPEG picture": "n’est pas une image JPEG",
  "has {}: a widget may only have the programs of a library that was looked at":
    "a {} : un widget ne peut avoir que les programmes d’une bibliothèque qui a été regardée",
  "has {}: a lesson holds no program": "a {} : une leçon ne contient pas de programme",
  "fetches {} when it is shown: whoever is there would see who opens the lesson, and when":
    "va chercher {} quand elle est montrée : qui est là-bas verrait qui ouvre la leçon, et quand",
  "is not a free licence: it forbids commercial use, or changes, to somebody":
    "n’est pas une licence libre : elle interdit à quelqu’un l’usage commercial, ou les changements",
  "is no free licence that is known here ({})": "n’est pas une licence libre connue ici ({})",
  "a character of zero, which no text has": "un caractère zéro, qu’aucun texte n’a",
  "a text of more than a million characters": "un texte de plus d’un million de caractères",
  "definitions of its own (an internal DTD)": "des définitions à lui (une DTD interne)",
  "the encoding {}, where UTF-8 is expected": "le codage {}, là où l’UTF-8 est attendu",
  "{}: only pictures, sounds, films and fonts may stand in an address":
    "{} : seuls des images, des sons, des films et des polices peuvent être dans une adresse",

  // schools/check.ts, library.ts, publication.ts, source.ts and apt/repository.ts
  "has nothing in it. Write folder: for files beside the declaration, source: for a library that somebody else publishes, or both.":
    "n’a rien dedans. Écrivez folder: pour des fichiers à côté de la déclaration, source: pour une bibliothèque que quelqu’un d’autre publie, ou les deux.",
  "{} is also a school, and both are published under that name. Give the library another id.":
    "{} est aussi une école, et les deux sont publiées sous ce nom. Donnez un autre identifiant à la bibliothèque.",
  "{} is in teachers: already, who may do more. Remove one.":
    "{} est déjà dans teachers:, qui peuvent davantage. Retirez l’un des deux.",
  "has groups, and there is no Nextcloud with groupfolders for their folder Médias. Add nextcloud: with that app, or remove the groups.":
    "a des groupes, et il n’y a pas de Nextcloud avec groupfolders pour leur dossier Médias. Ajoutez nextcloud: avec cette extension, ou retirez les groupes.",
  "is a link or a device, which OpenBoard does not see. Put the file itself there.":
    "est un lien ou un périphérique, qu’OpenBoard ne voit pas. Mettez-y le fichier lui-même.",
  "has a character in its name that cannot be seen, or a backslash. Rename it.":
    "a dans son nom un caractère invisible, ou une barre oblique inverse. Renommez-le.",
  "stands in no folder of a library. Those are: {}.":
    "n’est dans aucun dossier d’une bibliothèque. Ce sont : {}.",
  "is of no kind that {} may hold.": "n’est d’aucun genre que {} peut contenir.",
  "fetches {} when it is shown": "va chercher {} quand il est montré",
  "is not a text in UTF-8. Save it as one.": "n’est pas un texte en UTF-8. Enregistrez-le ainsi.",
  "{} declares no schools.": "{} ne déclare pas d’écoles.",
  "does not exist. Make that folder, or correct the declaration.":
    "n’existe pas. Faites ce dossier, ou corrigez la déclaration.",
  "is no Debian package. Put the package there again.": "n’est pas un paquet Debian. Remettez-y le paquet.",
  "{}/SHA256SUMS has changed since it was looked at: its checksum is {}. Look at it, then write that.":
    "{}/SHA256SUMS a changé depuis qu’il a été regardé : sa somme est {}. Regardez-le, puis écrivez-la.",
  "{}/SHA256SUMS has a line that is none: {}": "{}/SHA256SUMS a une ligne qui n’en est pas une : {}",
  "{} is not the file that the list names": "{} n’est pas le fichier que nomme la liste",
  "{} cannot be reached: {}": "{} ne peut pas être atteint : {}",
  "{} is no Debian package.": "{} n’est pas un paquet Debian.",
};
