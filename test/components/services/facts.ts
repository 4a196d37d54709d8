import type { CommuneFacts } from "../../../components/services/facts.ts";
import type { Outside } from "../../../components/services/service.ts";

/** Facts that a service knows of the commune in the tests of one service. */
export const bron: CommuneFacts = {
  id: "bron",
  name: "Bron",
  domain: "bron.test",
  population: 10_000,
  availability: "single",
  contact: "numerique@bron.test",
  media: undefined,
  federation: undefined,
  folders: [],
  mailing: undefined,
  accounts: [],
  organisers: [],
  storageClass: undefined,
};

/** Returns what is outside the namespace of a service, as its spec has it. */
export function outsideOf({
  mail,
  identity,
  peers,
}: Pick<Outside, "peers"> & Partial<Pick<Outside, "mail" | "identity">>): Outside {
  return { mail, identity, peers, ingress: { source: peers.ingress } };
}
