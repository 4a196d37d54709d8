import type { FactsRule } from "./rule.ts";

/** How long an audit of accessibility counts, years. Source: decree 2019-768, article 6. */
const auditCounts = 3;

const accessibilityStatement: FactsRule = {
  id: "accessibility-statement",
  level: "mandatory",
  serves: "accessibility",
  description:
    "The statement of accessibility rests on an audit of the last three years, or says that there is none.",
  reads: "facts",
  check: ({ declaration: { portal }, today }) => {
    const { audit } = portal ?? {};
    if (audit === undefined) return [];
    const until = `${Number(audit.date.slice(0, 4)) + auditCounts}${audit.date.slice(4)}`;
    if (audit.date > today) {
      return [{ what: "portal.audit.date", message: `is ${audit.date}, which is yet to come.` }];
    }
    return today > until
      ? [
          {
            what: "portal.audit.date",
            message: `is ${audit.date}: an audit counts for ${auditCounts} years, and the statement would say what is no longer known. Write that of a new one, or take it out: the statement then says that the pages do not conform.`,
          },
        ]
      : [];
  },
};

export const pageRules = [accessibilityStatement];
