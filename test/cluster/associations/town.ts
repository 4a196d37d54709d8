import { type Agent, fetch as undiciFetch } from "undici";
import { admissionManifests } from "../../../components/tenants/admission/manifests.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { Place } from "../../../scripts/package/place.ts";
import { type AssociationFile, LetterTown } from "../letters/town.ts";

/** Lists in the file of chorale. */
export const choirLists = `lists:
  membres: { purpose: Toute la chorale }
  bureau: { purpose: Le bureau, readers: added, writers: moderated }
  annonces: { purpose: Les annonces, writers: owners }
`;

/** Fields in the files of the town's associations beside their lists. */
export const files = {
  chorale: { applications: "{ site: {}, dokuwiki: { access: members } }" },
  judo: { applications: "{ wordpress: {} }" },
} satisfies Record<string, AssociationFile>;

/** A commune without a login of its own, whose associations have accounts in their applications, and mailing lists. */
export class AssociationsTown extends LetterTown {
  /** Place within an association from which attempts are made. */
  readonly place: Place;
  /** A namespace without policies, which attempts are made from. */
  readonly open: string;
  /** Takes a certificate for the names that it is for, and no other. */
  private readonly strict: Agent;

  constructor(cluster: Cluster, commune: string, name: string) {
    super(cluster, commune, name, "mariadb: { memory: 256 MiB, storage: 1 GiB }");
    const { environment, caFile } = cluster;
    const https = cluster.endpoints?.https ?? "";
    this.place = new Place({ environment, https, caFile, patience: 60 });
    this.open = `${commune}-open`;
    this.strict = agentFor({ address: this.address, caFile });
  }

  /** Brings it up, on a cluster that admits in namespaces of associations what these may have. */
  async start(): Promise<void> {
    const admission = JSON.stringify({ apiVersion: "v1", kind: "List", items: admissionManifests() });
    const { exitCode, all } = await this.kubectl(["apply", "-f", "-"], admission);
    if (exitCode !== 0) throw new Error(all);
    await this.begin({
      more: "lists: { storage: 1 GiB }\n",
      tenants: {
        chorale: { ...files.chorale, more: choirLists },
        judo: { ...files.judo, more: "lists: { membres: { purpose: Tout le club } }\n" },
      },
    });
  }

  /** Asks an address of an association as a visitor does, and goes nowhere that it is sent. */
  asked(
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
  ) {
    return undiciFetch(url, { dispatcher: this.strict, redirect: "manual", ...init });
  }

  /** First account of an application of an association, which an output says. */
  async account(id: string, application: string): Promise<{ user: string; password: string }> {
    const words = ["stack", "output", "tenants", "--show-secrets", "--json", "-s", this.commune];
    const tenants = JSON.parse(await this.project.succeed(...words)) as Record<
      string,
      Record<string, { account: { user: string; password: string } } | undefined> | undefined
    >;
    const account = tenants[id]?.[application]?.account;
    if (account === undefined) throw new Error(`${id} has no account of ${application}`);
    return account;
  }

  override async end(): Promise<void> {
    await this.kubectl(["delete", "namespace", this.open, "--ignore-not-found", "--wait=false"]);
    await Promise.all([this.place.close(), this.strict.close()]);
    await super.end();
  }
}
