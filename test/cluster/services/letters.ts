import { execa } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import { textOf } from "../../../local/doubles/mailbox/letter.ts";
import { Mailbox, relayIn } from "../../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";

/** The mailboxes that a town's letters come to, behind the relay that it declares. */
export class Letters {
  readonly relay;
  private readonly namespace: string;
  private readonly dispatcher;
  private readonly mailbox;

  constructor(
    private readonly cluster: Cluster,
    commune: string,
  ) {
    this.namespace = `${commune}-letters`;
    this.relay = relayIn(this.namespace);
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    const address = { host: hostname, port: Number(port) };
    this.dispatcher = agentFor({ address, caFile: cluster.caFile, anyName: true });
    this.mailbox = new Mailbox(`courrier.${commune}.test`, this.dispatcher, this.namespace);
  }

  open(): Promise<void> {
    return this.mailbox.open(new Kubectl(this.cluster.environment));
  }

  /** Letters to somebody with these words. */
  async to(reader: string, words: string): Promise<string[]> {
    const letters = await this.mailbox.letters();
    return letters.filter(({ to, raw }) => to.includes(reader) && raw.includes(words)).map(textOf);
  }

  async end(): Promise<void> {
    const words = ["delete", "namespace", this.namespace, "--ignore-not-found", "--wait=false"];
    await execa("kubectl", words, { env: this.cluster.environment, reject: false });
    await this.dispatcher.close();
  }
}
