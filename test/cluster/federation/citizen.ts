import { type Agent, FormData, request } from "undici";
import { publisherName } from "../../../components/federation/workloads.ts";
import { type LinkedKind, linkedKinds } from "../../../components/services/list.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { mastodonToken } from "../../../scripts/look/token.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import type { Metropolis } from "./metropolis.ts";

type Options = Parameters<typeof request>[1];

interface VideoFollow {
  state: string;
  follower: { host: string };
  following: { host: string; hostRedundancyAllowed: boolean };
}

/** Lines that `Citizen.trust` finds when these services are linked with these communes, and with nobody else. */
export function openLinks(peers: readonly string[], kinds: readonly LinkedKind[] = linkedKinds): string[] {
  const follows = (host: string) => [`follows ${host}`, `is followed by ${host}`];
  const lines: Record<LinkedKind, (peer: string) => string[]> = {
    documents: (peer) => [`trusts cloud.${peer}.test`],
    microblog: (peer) => follows(`social.${peer}.test`),
    video: (peer) => follows(`video.${peer}.test`),
  };
  return peers.flatMap((peer) => kinds.flatMap((kind) => lines[kind](peer))).sort();
}

/** A person who uses the services of linked communes, and sees as an administrator what is linked. */
export class Citizen {
  private readonly agent: Agent;
  private readonly outputs = new Map<string, Outputs>();
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly metropolis: Metropolis,
  ) {
    if (!cluster.endpoints) throw new Error("the cluster is not up");
    const { hostname, port } = new URL(cluster.endpoints.https);
    this.agent = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
  }

  /** GET of a public address, or what `options` says; throws for a status that tells failure. */
  private async ask(address: string, options: Options = {}): Promise<string> {
    const answer = await request(address, { dispatcher: this.agent, ...options });
    const text = await answer.body.text();
    if (answer.statusCode > 299) {
      throw new Error(`${address} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
    }
    return text;
  }

  private async json<T>(address: string, options: Options = {}): Promise<T> {
    return JSON.parse(await this.ask(address, options)) as T;
  }

  private async account(
    id: string,
    service: "nextcloud" | "peertube",
  ): Promise<{ user: string; password: string }> {
    let outputs = this.outputs.get(id);
    if (outputs === undefined) {
      const text = await this.metropolis.project.succeed(
        "stack",
        "output",
        "--json",
        "--show-secrets",
        "-s",
        id,
      );
      outputs = JSON.parse(text) as Outputs;
      this.outputs.set(id, outputs);
    }
    const account = outputs.accounts[service];
    if (account === undefined) throw new Error(`${id} has no account of ${service}`);
    return account;
  }

  private async documents(id: string): Promise<Record<string, string>> {
    const { user, password } = await this.account(id, "nextcloud");
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    return { authorization, "ocs-apirequest": "true", accept: "application/json" };
  }

  private file(id: string, name: string): string {
    return `https://cloud.${id}.test/remote.php/dav/files/admin/${encodeURIComponent(name)}`;
  }

  async writesFile(id: string, name: string, text: string): Promise<void> {
    const headers = await this.documents(id);
    await this.ask(this.file(id, name), { method: "PUT", headers, body: text });
  }

  /** @param to an account of another server: `admin@cloud.givors.test`. */
  async sharesFile(id: string, name: string, to: string): Promise<void> {
    await this.ask(`https://cloud.${id}.test/ocs/v2.php/apps/files_sharing/api/v1/shares`, {
      method: "POST",
      headers: { ...(await this.documents(id)), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ path: `/${name}`, shareType: "6", shareWith: to }).toString(),
    });
  }

  async readsFile(id: string, name: string): Promise<string> {
    return this.ask(this.file(id, name), { headers: await this.documents(id) });
  }

  /** A token of the commune's account: made once, it lives longer than any test. */
  private async microblog(id: string): Promise<Record<string, string>> {
    let token = this.tokens.get(id);
    if (token === undefined) {
      token = await mastodonToken(id, "mairie", new Kubectl(this.cluster.environment), { seconds: 4 * 3600 });
      this.tokens.set(id, token);
    }
    return { authorization: `Bearer ${token}` };
  }

  async posts(id: string, text: string): Promise<string> {
    await this.ask(`https://social.${id}.test/api/v1/statuses`, {
      method: "POST",
      headers: { ...(await this.microblog(id)), "content-type": "application/json" },
      body: JSON.stringify({ status: text, visibility: "public" }),
    });
    return text;
  }

  /** Everything that the commune's account reads at home, as one text. */
  async homeTimeline(id: string): Promise<string> {
    const headers = await this.microblog(id);
    const statuses = await this.json<{ content: string }[]>(
      `https://social.${id}.test/api/v1/timelines/home`,
      {
        headers,
      },
    );
    return statuses.map(({ content }) => content).join("\n");
  }

  async uploadsVideo(id: string, name: string): Promise<void> {
    const host = `https://video.${id}.test/api/v1`;
    const { user, password } = await this.account(id, "peertube");
    const client = await this.json<Record<string, string>>(`${host}/oauth-clients/local`);
    const { access_token } = await this.json<{ access_token: string }>(`${host}/users/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...client, grant_type: "password", username: user, password }).toString(),
    });
    const headers = { authorization: `Bearer ${access_token}` };
    const me = await this.json<{ videoChannels: { id: number }[] }>(`${host}/users/me`, { headers });
    const form = new FormData();
    form.set("channelId", String(me.videoChannels[0]?.id));
    form.set("name", name);
    form.set("privacy", "1");
    form.set("videofile", new File([Buffer.alloc(4096, 7)], "video.mp4", { type: "video/mp4" }));
    await this.ask(`${host}/videos/upload`, { method: "POST", headers, body: form });
  }

  async videos(id: string): Promise<string[]> {
    const { data } = await this.json<{ data: { name: string }[] }>(`https://video.${id}.test/api/v1/videos`);
    return data.map(({ name }) => name);
  }

  /** Every trace of trust in others that a commune's services hold, a line each, sorted: what `openLinks` spells. */
  async trust(id: string, kinds: readonly LinkedKind[] = linkedKinds): Promise<string[]> {
    const traces: Record<LinkedKind, () => Promise<string[]>> = {
      documents: () => this.documentsTrust(id),
      microblog: () => this.microblogTrust(id),
      video: () => this.videoTrust(id),
    };
    const found: string[] = [];
    for (const kind of kinds) found.push(...(await traces[kind]()));
    return found.sort();
  }

  private async documentsTrust(id: string): Promise<string[]> {
    const servers = await this.json<{ ocs: { data: { url: string }[] } }>(
      `https://cloud.${id}.test/ocs/v2.php/apps/federation/trusted-servers`,
      { headers: await this.documents(id) },
    );
    return servers.ocs.data.map(({ url }) => `trusts ${url.replace(/^https:\/\//, "")}`);
  }

  private async videoTrust(id: string): Promise<string[]> {
    const follows = (list: "following" | "followers") =>
      this.json<{ data: VideoFollow[] }>(`https://video.${id}.test/api/v1/server/${list}?count=100`);
    const [following, followers] = [await follows("following"), await follows("followers")];
    const unless = (state: string) => (state === "accepted" ? "" : ` (${state})`);
    return [
      ...following.data.map((one) => `follows ${one.following.host}${unless(one.state)}`),
      ...followers.data.map((one) => `is followed by ${one.follower.host}${unless(one.state)}`),
    ];
  }

  private async microblogTrust(id: string): Promise<string[]> {
    const headers = await this.microblog(id);
    const api = `https://social.${id}.test/api`;
    const lines: string[] = [];
    for (const peer of this.metropolis.ids.filter((one) => one !== id)) {
      const query = `q=@mairie@social.${peer}.test&type=accounts&limit=1`;
      const { accounts } = await this.json<{ accounts: { id: string }[] }>(`${api}/v2/search?${query}`, {
        headers,
      });
      const known = accounts[0]?.id;
      if (known === undefined) continue;
      const [relationship] = await this.json<
        { following: boolean; requested: boolean; followed_by: boolean }[]
      >(`${api}/v1/accounts/relationships?id[]=${known}`, { headers });
      if (relationship?.following) lines.push(`follows social.${peer}.test`);
      if (relationship?.requested) lines.push(`follows social.${peer}.test (requested)`);
      if (relationship?.followed_by) lines.push(`is followed by social.${peer}.test`);
    }
    const own = await this.json<{ following_count: number; followers_count: number }>(
      `${api}/v1/accounts/verify_credentials`,
      { headers },
    );
    // Whoever else there is: nobody that these tests know.
    const count = (start: string) => lines.filter((line) => line.startsWith(start)).length;
    if (own.following_count > count("follows")) lines.push("follows others on the microblog");
    if (own.followers_count > count("is followed")) lines.push("is followed by others on the microblog");
    return lines;
  }

  /** The servers whose videos a commune keeps copies of. */
  async copies(id: string): Promise<string[]> {
    const { data } = await this.json<{ data: VideoFollow[] }>(
      `https://video.${id}.test/api/v1/server/following?count=100`,
    );
    return data
      .filter(({ following }) => following.hostRedundancyAllowed)
      .map(({ following }) => following.host);
  }

  /** Returns what the reconciler takes, as the kubelet measures it. */
  async reconcilerUse(id: string, seconds: number): Promise<{ memoryMiB: number; cpuSeconds: number }> {
    const read = async () => {
      const [node] = (await this.metropolis.kubectl("get", "nodes", "-o", "name")).split("\n");
      const path = `/api/v1/${node?.replace("node/", "nodes/")}/proxy/stats/summary`;
      const { pods } = JSON.parse(await this.metropolis.kubectl("get", "--raw", path)) as {
        pods: {
          podRef: { namespace: string; name: string };
          cpu?: { usageCoreNanoSeconds?: number };
          memory?: { workingSetBytes?: number };
        }[];
      };
      const pod = pods.find(
        ({ podRef }) =>
          podRef.namespace === `${id}-federation` && !podRef.name.startsWith(`${publisherName}-`),
      );
      return {
        bytes: pod?.memory?.workingSetBytes ?? Number.NaN,
        nanoseconds: pod?.cpu?.usageCoreNanoSeconds ?? Number.NaN,
      };
    };
    const before = await read();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const after = await read();
    return {
      memoryMiB: Math.round(after.bytes / 1024 ** 2),
      cpuSeconds: Math.round((after.nanoseconds - before.nanoseconds) / 1e7) / 100,
    };
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}
