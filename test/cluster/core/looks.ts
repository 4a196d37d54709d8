import { type Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { lookAtMastodon } from "../../../scripts/look/mastodon.ts";
import { lookAtNextcloud } from "../../../scripts/look/nextcloud.ts";
import { lookAtPeertube } from "../../../scripts/look/peertube.ts";
import { mastodonToken } from "../../../scripts/look/token.ts";
import { commune } from "./communes.ts";
import type { Core } from "./town.ts";

const cloud = `https://cloud.${commune}.test`;
const social = `https://social.${commune}.test`;
const video = `https://video.${commune}.test`;
const ecoles = `https://ecoles.${commune}.test`;
const chorale = `https://chorale.assos-${commune}.test`;

/** Does what people do with the three services: puts a file, a post and a video in and reads them back. */
export async function look(core: Core) {
  const { addresses, accounts } = await core.outputs();
  const { nextcloud, mastodon, peertube } = accounts;
  if (!nextcloud || !mastodon || !peertube) throw new Error("not all three services are up");
  const { doorway } = core;
  const token = await mastodonToken(commune, mastodon.user, new Kubectl(core.cluster.environment));
  return {
    addresses,
    nextcloud: await lookAtNextcloud(cloud, nextcloud, doorway),
    mastodon: await lookAtMastodon(social, { owner: mastodon.user, token }, doorway),
    peertube: await lookAtPeertube(video, peertube, doorway),
  };
}

interface Pod {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: { containers: { name: string; ports?: { name: string; containerPort: number }[] }[] };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}

async function podsOf(core: Core, ...words: string[]): Promise<Pod[]> {
  const listed = await core.kubectl(
    ...["get", "pods", "-A", `--selector=commune.cloud/commune=${commune}`, ...words, "-o", "json"],
  );
  return (JSON.parse(listed) as { items: Pod[] }).items;
}

/** A commune that is up, as people and as the cluster see it. */
export function looks(core: Core): void {
  describe("a commune that is up", () => {
    test("answers over HTTPS, and keeps a file, a post and a video", async () => {
      expect(await look(core)).toMatchObject({
        addresses: { nextcloud: cloud, mastodon: social, peertube: video, schools: ecoles },
        nextcloud: { status: 200, version: "33.0.7", bytesReadBack: 262_144 },
        mastodon: { status: 200, version: "4.6.5" },
        peertube: { status: 200, version: "8.2.4" },
      });
    });

    test("runs every pod under Pod Security restricted", async () => {
      const enforced = await core.kubectl(
        ...["get", "namespaces", `--selector=commune.cloud/commune=${commune}`],
        "--output=jsonpath={.items[*].metadata.labels.pod-security\\.kubernetes\\.io/enforce}",
      );
      const namespaces = await core.objects("namespaces");
      expect(namespaces.length).toBeGreaterThan(9);
      expect(enforced.split(" ")).toEqual(namespaces.map(() => "restricted"));
      const states = async () => {
        const succeeded = await core.kubectl(
          ...["get", "jobs", "-A", `--selector=commune.cloud/commune=${commune}`],
          "--output=jsonpath={.items[?(@.status.succeeded==1)].metadata.name}",
        );
        return (await podsOf(core)).map(({ metadata, status }) => ({
          name: metadata.name,
          fine:
            status.phase === "Succeeded" ||
            // A try before the network opening was there: the Job's next one went through.
            succeeded.split(" ").includes(metadata.labels["batch.kubernetes.io/job-name"] ?? "") ||
            (status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True"),
        }));
      };
      expect((await states()).length).toBeGreaterThan(15);
      // A timed job begins whenever its minute comes: its pod is starting in this very moment.
      const notFine = async () => (await states()).filter(({ fine }) => !fine);
      await expect.poll(notFine, { timeout: 60_000, interval: 2000 }).toEqual([]);
    });

    test("listens on IPv6 wherever it is reached: what kubelets, services and peers open is not of IPv4 alone", async () => {
      let seen = 0;
      for (const { metadata, spec } of await podsOf(core, "--field-selector=status.phase=Running")) {
        // nginx in the same pod asks puma, on an address that is its own.
        const declared = spec.containers
          .flatMap(({ ports = [] }) => ports)
          .filter(({ name }) => name !== "puma")
          .map(({ containerPort }) => containerPort);
        if (declared.length === 0) continue;
        const words = ["exec", `-n${metadata.namespace}`, metadata.name, "--", "cat", "/proc/net/tcp6"];
        const sockets = await core.kubectl(...words);
        // Listening (0A) at any address; the port in hexadecimal. Source: proc_net(5).
        const open = [...sockets.matchAll(/ 0{32}:([0-9A-F]{4}) 0{32}:0000 0A /g)].map(([, port = ""]) =>
          Number.parseInt(port, 16),
        );
        expect(open, metadata.name).toEqual(expect.arrayContaining(declared));
        seen += declared.length;
      }
      expect(seen).toBeGreaterThanOrEqual(10);
    });
  });

  describe("what anybody can read without an account", () => {
    let agent: Agent;
    beforeAll(() => {
      agent = agentFor(core.doorway);
    });
    afterAll(() => agent.close());

    test.each([
      // Nextcloud publishes nothing of its own accord: its page asks who one is.
      [`${cloud}/index.php/login`, /<form|connexion/],
      [`${cloud}/status.php`, /"installed":true/],
      [`${social}/about`, /<html/],
      [`${social}/@mairie.rss`, /<rss/],
      [`${social}/api/v1/timelines/public?local=true`, /^\[/],
      [`${social}/nodeinfo/2.0`, /"mastodon"/],
      [`${video}/`, /<html/],
      [`${video}/feeds/videos.xml?isLocal=true`, /<rss/],
      [`${video}/feeds/videos.atom?isLocal=true`, /<feed/],
      [`${video}/feeds/videos.json?isLocal=true`, /jsonfeed/],
      [`${video}/nodeinfo/2.0.json`, /"peertube"/],
      [`${ecoles}/`, /Rien n’est encore publié ici/],
    ])("%s", async (address, text) => {
      const { statusCode, headers, body } = await request(address, { dispatcher: agent });
      expect(await body.text()).toMatch(text);
      expect({ statusCode, hsts: headers["strict-transport-security"] }).toEqual({
        statusCode: 200,
        hsts: "max-age=15552000; includeSubDomains",
      });
    });

    test("an association's site, while its wiki asks who one is", async () => {
      const site = await request(`${chorale}/`, { dispatcher: agent });
      expect([site.statusCode, await site.body.text()]).toEqual([
        200,
        expect.stringContaining("<h1>Chorale des Gratte-Ciel</h1>"),
      ]);
      const wiki = await request(`https://wiki.chorale.assos-${commune}.test/wiki:syntax`, {
        dispatcher: agent,
      });
      await wiki.body.dump();
      expect([wiki.statusCode, wiki.headers.location]).toEqual([
        302,
        expect.stringContaining(`https://connexion.${commune}.test/`),
      ]);
    });
  });
}
