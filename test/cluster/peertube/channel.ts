import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { forgetsChannel } from "../../../components/services/peertube/associations.ts";
import { associationsScript } from "../../../components/services/peertube/associations-script.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { textOf } from "../../doubles/mailbox/letter.ts";
import type { Project } from "../project.ts";
import { commune, namespace, type Visitor } from "./instance.ts";

const relay = relayIn(`${commune}-letters`);
const contact = "bureau@chorale.test";
const password = "une chorale de gratte-ciel";

/** What a commune declares beside PeerTube to host an association with a channel. */
export const sections = [
  `tenants: { domain: assos-${commune}.test }`,
  `mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }`,
];

/** Writes the file of the association that has one. */
export function declareChorale(project: Project, more = ""): void {
  const folder = join(project.folder, "stacks", commune, "tenants");
  mkdirSync(folder, { recursive: true });
  const text = `applications: { site: {} }\naccounts: { peertube: chorale }\n${more}`;
  writeFileSync(join(folder, "chorale.yaml"), tenantText("chorale", text));
}

/** The mailboxes that its letters come to. */
export class Letters {
  private readonly dispatcher;
  private readonly mailbox;

  constructor(private readonly cluster: Cluster) {
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    const address = { host: hostname, port: Number(port) };
    this.dispatcher = agentFor({ address, caFile: cluster.caFile, anyName: true });
    this.mailbox = new Mailbox(`courrier.${commune}.test`, this.dispatcher, `${commune}-letters`);
  }

  open(): Promise<void> {
    return this.mailbox.open(new Kubectl(this.cluster.environment));
  }

  /** Letters to the association with these words. */
  async with(words: string): Promise<string[]> {
    const letters = await this.mailbox.letters();
    return letters.filter(({ to, raw }) => to.includes(contact) && raw.includes(words)).map(textOf);
  }

  async end(): Promise<void> {
    const words = ["delete", "namespace", `${commune}-letters`, "--ignore-not-found", "--wait=false"];
    await execa("kubectl", words, { env: this.cluster.environment, reject: false });
    await this.dispatcher.close();
  }
}

interface Surroundings {
  environment: NodeJS.ProcessEnv;
  project: Project;
  visitor: Visitor;
  letters: Letters;
}

/** The channel of an association, from its file to its end: the tests of it, for the file that has a PeerTube. */
export function channelOf(open: () => Surroundings) {
  const inPod = async (command: readonly string[], input = "") => {
    const pod = ["exec", "-i", `--namespace=${namespace}`, "deployment/peertube", "--container=peertube"];
    const { exitCode, all } = await execa("kubectl", [...pod, "--", ...command], {
      ...{ env: open().environment, reject: false, all: true, input },
    });
    return { exitCode, said: all.trim() };
  };
  const logIn = (as = contact) => open().visitor.token(password, as);
  const me = async () =>
    (await open().visitor.json("/api/v1/users/me", { headers: await logIn() })) as {
      username: string;
      videoChannels: { name: string; displayName: string }[];
    };

  return {
    isMade: () =>
      test("is made by an update, and its people choose the password by a letter", async () => {
        const { visitor, letters } = open();
        await expect.poll(() => letters.with("reset-password"), { timeout: 60_000 }).toHaveLength(1);
        const [letter = ""] = await letters.with("reset-password");
        const [, user, verificationString] = /userId=(\d+)&verificationString=(\w+)/.exec(letter) ?? [];
        const chosen = await visitor.ask(`/api/v1/users/${user}/reset-password`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ verificationString, password }),
        });
        expect(chosen.status).toBe(204);
        const { username, videoChannels } = await me();
        expect({ username, videoChannels }).toEqual({
          username: "chorale_compte",
          videoChannels: [
            expect.objectContaining({ name: "chorale", displayName: "Chorale des Gratte-Ciel" }),
          ],
        });
        await visitor.upload("Concert de Noël", Buffer.alloc(2048, 7), 1, await logIn());
        const { data } = await visitor.json<{ data: { name: string; channel: { displayName: string } }[] }>(
          "/api/v1/videos?isLocal=true",
        );
        expect(data).toContainEqual(
          expect.objectContaining({
            name: "Concert de Noël",
            channel: expect.objectContaining({ displayName: "Chorale des Gratte-Ciel" }),
          }),
        );
        // It may publish, and nothing else.
        const users = await visitor.ask("/api/v1/users", { headers: await logIn() });
        expect(users.status).toBe(403);
      }),

    isClosed: () =>
      test("is closed while the association is suspended, and its videos stay", async () => {
        const { project, visitor } = open();
        declareChorale(project, "suspended: { since: 2026-11-01, reason: x }\n");
        await project.up(commune);
        await expect(logIn()).rejects.toThrow("User is blocked");
        const { data } = await visitor.json<{ data: { name: string }[] }>("/api/v1/videos?isLocal=true");
        expect(data.map(({ name }) => name)).toContain("Concert de Noël");
        declareChorale(project);
      }),

    isNobodyElses: () =>
      test("is never somebody else's of that name, nor of that mailbox", async () => {
        const judo = { tenant: "judo", user: "chorale", name: "Judo", contact: "a@judo.test", isOpen: true };
        const secret = `umask 077; printf %s "$PT_INITIAL_ROOT_PASSWORD" > /tmp/root`;
        const program = `${secret}; exec node --input-type=module --eval "$1" x /dev/stdin /tmp/root`;
        const converge = (association: object) =>
          inPod(
            ["sh", "-c", program, "x", associationsScript],
            JSON.stringify({
              server: "http://127.0.0.1:9000",
              host: `video.${commune}.test`,
              associations: [association],
            }),
          );
        for (const [other, reason] of [
          [judo, "User with this username or email already exists."],
          [{ ...judo, user: "judo", contact }, "User with this username or email already exists."],
          [{ ...judo, user: "root_channel" }, "Channel with name root_channel already exists."],
          [{ ...judo, tenant: "chorale", user: "choeur" }, "it has @chorale, which cannot be renamed"],
        ] as const)
          expect(await converge(other), JSON.stringify(other)).toEqual({
            exitCode: 1,
            said: expect.stringContaining(`${other.tenant}: ${reason}`),
          });
        const marks = await inPod(["ls", "/data/commune-associations"]);
        expect(marks.said).toBe("chorale.json");
      }),

    isOpenAgain: () =>
      test("is open again with the association, in the next version, and no second letter came", async () => {
        expect((await me()).username).toBe("chorale_compte");
        expect(await open().letters.with("reset-password")).toHaveLength(1);
      }),

    goes: () =>
      test("goes with the association alone, and all its videos with it", async () => {
        const forget = (tenant: string) => inPod(forgetsChannel.command(tenant, ""));
        expect(await forget("judo")).toEqual({ exitCode: 0, said: "" });
        expect((await me()).username).toBe("chorale_compte");
        for (let time = 0; time < 2; time++)
          expect(await forget("chorale")).toEqual({ exitCode: 0, said: "" });
        await expect(logIn()).rejects.toThrow("credentials are invalid");
        const { data } = await open().visitor.json<{ data: { name: string }[] }>(
          "/api/v1/videos?isLocal=true",
        );
        expect(data.map(({ name }) => name)).toEqual(["Conseil municipal"]);
      }),
  };
}
