/** Levels of French schooling, from the first to the last. Source: Code de l'éducation, L. 311-1 and following. */
export const levels = ["maternelle", "elementaire", "college", "lycee"] as const;

export type Level = (typeof levels)[number];
