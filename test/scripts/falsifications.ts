import { type Plan, planOf } from "../../audit/approval/plan.ts";

/** A report.json, as somebody who falsifies it takes it. */
export type Falsified = Record<string, unknown> & { approval: { need: string; plan: Plan } };
const withPlan = (change: (plan: Plan) => Plan) => (said: Falsified) => {
  said.approval.plan = change(said.approval.plan);
};

const change = {
  ...{
    what: "setting",
    name: "contact",
    effect: "reversible",
    interruption: "none",
    affected: [],
    field: ["contact"],
  },
  told: { sentence: "settingChanges", with: {} },
};

/** Changes that a proposer makes to a report, and what both machines say of them. */
export const falsifications: [string, (said: Falsified) => void, string][] = [
  [
    "who has to say yes",
    (said) => Object.assign(said.approval, { need: "one" }),
    'approval.need: the report says "one", and this machine finds "two"',
  ],
  [
    "its label",
    (said) => Object.assign(said, { label: "reversible" }),
    'label: the report says "reversible", and this machine finds "irreversible"',
  ],
  [
    "a sentence",
    (said) => {
      said.summary = (said.summary as string[]).with(2, "On peut revenir en arrière.");
    },
    'summary.2: the report says "On peut revenir en arrière.", and this machine finds "Une partie est définitive',
  ],
  [
    "the list of changes",
    (said) => Object.assign(said, { changes: [{ ...change }] }),
    "changes: the report says [{",
  ],
  [
    "an answer",
    (said) => {
      said.sections = JSON.parse(JSON.stringify(said.sections).replace("définitif", "réversible"));
      const [first] = said.sections as { blocks: unknown[] }[];
      first?.blocks.push({ kind: "text", text: "Le délégué a donné son accord." });
    },
    "sections.people.blocks: the report says [",
  ],
  [
    "an answer more, in the place of what git says",
    (said) => {
      const section = { id: "messages", title: "Ce qu’en dit le délégué", blocks: [] };
      said.sections = [section, ...(said.sections as object[])];
    },
    'sections: the report says ["messages","people"',
  ],
  [
    "the commune's name",
    (said) => Object.assign(said, { name: "Bron-Ville" }),
    'name: the report says "Bron-Ville"',
  ],
  ["its language", (said) => Object.assign(said, { language: "en" }), "summary.0: the report says"],
  ["its kind", (said) => Object.assign(said, { kind: "drift" }), 'kind: the report says "drift"'],
  ["its day", (said) => Object.assign(said, { date: "2020-01-01" }), "date: the report says 2020-01-01"],
  [
    "the digest",
    withPlan((plan) => ({ ...plan, digest: `sha256:${"0".repeat(64)}` })),
    `approval.plan.digest: the report says sha256:${"0".repeat(64)}, and what it lists has`,
  ],
  [
    "what is deleted",
    withPlan((plan) =>
      planOf({ ...plan, resources: plan.resources.filter(({ operation }) => operation !== "delete") }),
    ),
    "PersistentVolumeClaim bron-nextcloud-data: was not in the report, and is deleted now",
  ],
  [
    "a resource, by naming it twice",
    withPlan((plan) => planOf({ ...plan, resources: [...plan.resources.slice(0, 1), ...plan.resources] })),
    "approval.plan.digest: the report says",
  ],
  [
    "the hash of a value",
    withPlan((plan) =>
      planOf({ ...plan, resources: plan.resources.map((each) => ({ ...each, parts: { all: "00" } })) }),
    ),
    "has other values now in all",
  ],
  ["an output", withPlan((plan) => planOf({ ...plan, outputs: { a: "00" } })), "output a: is another one"],
  [
    "whether secrets count",
    withPlan((plan) => planOf({ ...plan, secretsCount: false })),
    "the commune has a seed now, and had none when the report was made",
  ],
  [
    "the toolkit",
    withPlan((plan) => ({ ...plan, versions: { ...plan.versions, toolkit: "9.9.9" } })),
    "the report was made with toolkit 9.9.9",
  ],
  ["a field that no report has", (said) => Object.assign(said, { safe: true }), 'Unrecognized key: "safe"'],
  [
    "such a field beside who has to say yes",
    (said) => Object.assign(said.approval, { need2: "one" }),
    'Unrecognized key: "need2"',
  ],
  [
    "such a field of a resource",
    withPlan((plan) => ({
      ...plan,
      resources: plan.resources.map((each) => ({ ...each, isHarmless: true })),
    })),
    'Unrecognized key: "isHarmless"',
  ],
];
