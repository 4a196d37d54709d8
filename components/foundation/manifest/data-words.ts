import type { dataCategories } from "./data-categories.ts";

/** Names of a commune's kinds of data, for pages and reports. */
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
  orders: { fr: "commandes de billets", en: "orders of tickets" },
  sessions: { fr: "connexions en cours", en: "who is logged in" },
  authors: { fr: "noms d’auteurs", en: "names of authors" },
  "encrypted-copies": {
    fr: "copies chiffrées d’une autre commune",
    en: "another commune’s encrypted copies",
  },
} satisfies Record<keyof typeof dataCategories, Readonly<Record<"fr" | "en", string>>>;
