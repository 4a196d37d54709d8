/** The articles of the communes' brief that a rule can serve, as people call them. */
export const articles = {
  neutrality: { fr: "neutralité", en: "neutrality" },
  accessibility: { fr: "accessibilité", en: "accessibility" },
  sovereignty: { fr: "souveraineté", en: "sovereignty" },
  ecology: { fr: "écologie", en: "ecology" },
  citizenship: { fr: "citoyenneté", en: "citizenship" },
  innovation: { fr: "innovation", en: "innovation" },
  security: { fr: "sécurité", en: "security" },
} as const;
