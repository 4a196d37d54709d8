/** Kinds of personal data, as `commune.cloud/data` names them joined by dots; `none` where an object holds none. */
export const dataCategories = {
  accounts: "names, addresses and passwords of those who have an account",
  documents: "files that people keep and share",
  agenda: "appointments and who is invited",
  contacts: "address books",
  posts: "what people publish",
  messages: "what people write to each other",
  media: "pictures and sounds of posts",
  videos: "videos that people publish",
  comments: "what people write below them",
  orders: "who ordered tickets, and who came",
  sessions: "who is logged in",
  authors: "names of those who made something",
  "encrypted-copies": "copies of another commune's data, which only that commune can read",
} as const;
