import type { Tongue } from "../components/commune/changes/words.ts";
import type { dataCategories } from "../components/foundation/manifest/data-categories.ts";

type Word = Readonly<Record<Tongue, string>>;

/** The questions of a report, in their order, and every other fixed text of it. One line for each idea, in both languages. */
export const texts = {
  title: { fr: "changement proposé", en: "proposed change" },
  unchangedTitle: { fr: "état déclaré", en: "declared state" },
  driftTitle: { fr: "écarts constatés", en: "differences found" },
  state: { fr: "ce qui a été appliqué en dernier", en: "what was applied last" },
  why: { fr: "Pourquoi", en: "Why" },
  whyUnsaid: { fr: "personne ne l’a écrit.", en: "nobody has written it." },
  comparedWith: { fr: "Comparé avec", en: "Compared with" },
  revision: { fr: "la déclaration de la révision", en: "the declaration of revision" },
  published: { fr: "ce que le nuage a publié de lui-même", en: "what the cloud published of itself" },
  nothingBefore: { fr: "rien : la commune est nouvelle", en: "nothing: the commune is new" },
  sameToolkit: {
    fr: "Les deux côtés sont lus avec la même version de cet outil : ce qu’une autre version changerait n’est pas ici.",
    en: "Both sides are read with the same version of this tool: what another version would change is not here.",
  },
  questions: {
    people: { fr: "Qui est concerné ?", en: "Who is concerned?" },
    undo: { fr: "Peut-on revenir en arrière ?", en: "Can it be undone?" },
    data: { fr: "Quelles données, et où ?", en: "What data, and where?" },
    exposure: { fr: "Qui peut lire ou joindre quoi ?", en: "Who can read or reach what?" },
    leaving: { fr: "Qu’est-ce qui sort de la commune ?", en: "What leaves the commune?" },
    software: { fr: "Quels logiciels ?", en: "Which software?" },
    cost: { fr: "Qu’est-ce que cela coûte ?", en: "What does it cost?" },
    rules: { fr: "Quelles règles sont respectées ?", en: "Which rules are kept?" },
    approval: { fr: "Qui a dit oui ?", en: "Who has said yes?" },
    unchanged: { fr: "Qu’est-ce qui ne change pas ?", en: "What does not change?" },
    back: { fr: "Comment y revenir ?", en: "How is it taken back?" },
    technical: { fr: "Le détail technique", en: "The technical detail" },
  },
  what: { fr: "Quoi", en: "What" },
  effect: { fr: "Retour possible", en: "Way back" },
  interruption: { fr: "Interruption", en: "Interruption" },
  service: { fr: "Service", en: "Service" },
  before: { fr: "Avant", en: "Before" },
  after: { fr: "Après", en: "After" },
  name: { fr: "Nom", en: "Name" },
  personalData: { fr: "Données de personnes", en: "Data of persons" },
  disk: { fr: "Disque", en: "Disk" },
  licence: { fr: "Licence", en: "Licence" },
  source: { fr: "Source", en: "Source" },
  software: { fr: "Logiciel", en: "Software" },
  opens: { fr: "s’ouvre", en: "opens" },
  closes: { fr: "se ferme", en: "closes" },
  memory: { fr: "Mémoire demandée", en: "Memory asked for" },
  processor: { fr: "Processeur demandé", en: "Processor asked for" },
  storage: { fr: "Place sur disque", en: "Room on disk" },
  energy: { fr: "Énergie estimée par an", en: "Estimated energy a year" },
  difference: { fr: "Différence", en: "Difference" },
  created: { fr: "Créé", en: "Created" },
  removed: { fr: "Supprimé", en: "Removed" },
  changed: { fr: "Modifié", en: "Changed" },
  value: { fr: "Valeur", en: "Value" },
  serves: { fr: "Sert", en: "Serves" },
  finding: { fr: "Constat", en: "Finding" },
} as const;

/** What a commune's data is, for whoever reads a report. */
export const dataWords = {
  accounts: { fr: "comptes", en: "accounts" },
  documents: { fr: "documents", en: "documents" },
  agenda: { fr: "agendas", en: "agendas" },
  contacts: { fr: "carnets d’adresses", en: "address books" },
  posts: { fr: "messages publics", en: "public posts" },
  messages: { fr: "messages privés", en: "private messages" },
  media: { fr: "images et sons", en: "pictures and sounds" },
  videos: { fr: "vidéos", en: "videos" },
  comments: { fr: "commentaires", en: "comments" },
  sessions: { fr: "connexions en cours", en: "who is logged in" },
  authors: { fr: "noms d’auteurs", en: "names of authors" },
  "encrypted-copies": {
    fr: "copies chiffrées d’une autre commune",
    en: "another commune’s encrypted copies",
  },
} satisfies Record<keyof typeof dataCategories, Word>;

/** Articles of the communes' brief. */
export const articleWords = {
  neutrality: { fr: "neutralité", en: "neutrality" },
  accessibility: { fr: "accessibilité", en: "accessibility" },
  sovereignty: { fr: "souveraineté", en: "sovereignty" },
  ecology: { fr: "écologie", en: "ecology" },
  citizenship: { fr: "citoyenneté", en: "citizenship" },
  innovation: { fr: "innovation", en: "innovation" },
  security: { fr: "sécurité", en: "security" },
} as const;
