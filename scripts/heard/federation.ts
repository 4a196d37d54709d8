/** Reasons why a commune of the metropolis, or a link with it, is not as it should be; its reconciler states them too. */
export const ofFederation: Readonly<Record<string, string>> = {
  // components/federation/reason.ts
  "gives no descriptor": "ne donne pas de carte",
  "did not answer in time": "n’a pas répondu à temps",
  "refuses connections": "refuse les connexions",
  "its name is not known": "son nom n’est pas connu",
  "its name cannot be looked up": "son nom ne peut pas être cherché",
  "broke the connection off": "a rompu la connexion",
  "cannot be reached": "ne peut pas être atteinte",
  "its certificate is not trusted ({})": "son certificat n’est pas reconnu ({})",

  // components/federation/verdict.ts
  "its descriptor is no JSON": "sa carte n’est pas du JSON",
  "what answers at its domain is not signed": "ce qui répond à son domaine n’est pas signé",
  "what answers at its domain has another key ({})": "ce qui répond à son domaine a une autre clé ({})",
  "the signature of its descriptor is wrong": "la signature de sa carte est fausse",
  "what answers at its domain is the descriptor of {} at {}":
    "ce qui répond à son domaine est la carte de {} à {}",
  "its descriptor cannot be read ({}: {})": "sa carte ne peut pas être lue ({} : {})",
  "its descriptor is not of now (issued {}, expires {}): one of the clocks is wrong":
    "sa carte n’est pas de maintenant (faite le {}, valable jusqu’au {}) : une des horloges est fausse",

  // components/federation/approvals.ts and points.ts
  "says nothing any more of its log of approvals, which had {} lines":
    "ne dit plus rien de son journal des accords, qui avait {} lignes",
  "its log of approvals had {} lines, and has {}": "son journal des accords avait {} lignes, et en a {}",
  "line {} of its log of approvals was another one": "la ligne {} de son journal des accords était une autre",
  "its log of approvals had {} lines, and has {}: whether the first {} are as they were is not said":
    "son journal des accords avait {} lignes, et en a {} : si les {} premières sont comme elles étaient n’est pas dit",
  "its {} had {} restore points, and has {}": "son service {} avait {} points de restauration, et en a {}",
  "restore point {} of its {} was another one":
    "le point de restauration {} de son service {} était un autre",
  "its {} had {} restore points, and has {}: whether the first {} are as they were is not said":
    "son service {} avait {} points de restauration, et en a {} : si les {} premiers sont comme ils étaient n’est pas dit",

  // programs/federation
  "not asked yet": "pas encore interrogé",
  "{} does not declare {}": "{} ne déclare pas {}",
  "{} does not declare {} with {}": "{} ne déclare pas {} avec {}",
  "{} names no account": "{} ne nomme pas de compte",
  "{} has not come the other way yet": "{} n’est pas encore venu dans l’autre sens",
  "asked, not answered yet": "demandé, pas encore de réponse",
};
