import { beforeAll, describe, expect, test } from "vitest";
import { declaration, type Found, publishedBy, run } from "./run.ts";

const elsewhere = "00000000-1111-4222-8333-444444444444";
const pulled = { registryLogin: "infra/registry" };
const copied = { certificate: "secret:infra/tls" };
let before: { published: Record<string, unknown> };
beforeAll(async () => {
  before = await publishedBy();
});

describe("what the cluster says stops a run before anything of the commune reaches the engine", () => {
  test.each<[string, () => Found, string, string[]]>([
    [
      "it is another one",
      () => ({ published: { bron: before }, cluster: elsewhere }),
      `The current context of the kubeconfig leads to the cluster 00000000-1111-4222-8333-444444444444, and bron runs on the cluster 11111111-2222-4333-8444-555555555555 (the uid of its namespace kube-system): Pulumi would take the objects of one for those of the other. Point it back: kubectl config use-context <context>. To bring the commune up on another cluster, make a stack for it there, and leave this one as it is: docs/site.md. Before any pulumi refresh or destroy, run pulumi up once: these do not check which cluster it is.
Nothing of the commune was changed.`,
      [],
    ],
    [
      "it is another one, at the context that the settings name",
      () => ({ published: { bron: before }, cluster: elsewhere, settings: { context: "mairie" } }),
      `commune:context mairie leads to the cluster 00000000-1111-4222-8333-444444444444, and bron runs on the cluster 11111111-2222-4333-8444-555555555555 (the uid of its namespace kube-system): Pulumi would take the objects of one for those of the other. Point it back: pulumi config set commune:context <context> -s bron. To bring the commune up on another cluster, make a stack for it there, and leave this one as it is: docs/site.md. Before any pulumi refresh or destroy, run pulumi up once: these do not check which cluster it is.
Nothing of the commune was changed.`,
      [],
    ],
    [
      "it is another one, and the stack says to ignore what it published",
      () => ({
        published: { bron: { published: { ...before.published, volumes: "another form" } } },
        cluster: elsewhere,
        settings: { published: "ignored" },
      }),
      `The current context of the kubeconfig leads to the cluster 00000000-1111-4222-8333-444444444444, and bron runs on the cluster 11111111-2222-4333-8444-555555555555 (the uid of its namespace kube-system): Pulumi would take the objects of one for those of the other. Point it back: kubectl config use-context <context>. To bring the commune up on another cluster, make a stack for it there, and leave this one as it is: docs/site.md. Before any pulumi refresh or destroy, run pulumi up once: these do not check which cluster it is.
Nothing of the commune was changed.`,
      [],
    ],
    [
      "its Secret has no login to a registry",
      () => ({ settings: pulled, secretsThere: { "infra/registry": { password: "s3cret" } } }),
      `commune:registryLogin is "infra/registry", and that Secret has no .dockerconfigjson: make it with kubectl --context <name> create secret docker-registry -n infra registry --docker-server=<registry> --docker-username=<user> --docker-password=<password>
Nothing was changed.`,
      ["kubernetes:core/v1:Secret bron-pull-secret"],
    ],
    [
      "its Secret has no certificate",
      () => ({ settings: copied, secretsThere: { "infra/tls": { "tls.crt": "-", "tls.key": "-" } } }),
      `commune:certificate is "secret:infra/tls", and that Secret has no certificate and key that belong together: its tls.crt and tls.key must be PEM, as kubectl writes them (create secret tls).
Nothing was changed.`,
      ["kubernetes:core/v1:Secret bron-certificate"],
    ],
  ])("%s", async (_, found, sentence, reads) => {
    const { refusal, read, registered } = await run(found());
    expect({ refusal, read, registered }).toEqual({
      refusal: sentence,
      read: [
        "pulumi:pulumi:StackReference last-update",
        "kubernetes:core/v1:Namespace bron-which-cluster",
        ...reads,
      ],
      registered: ["pulumi:providers:kubernetes bron-cluster"],
    });
  });

  test("where nothing speaks against it, all of it comes", async () => {
    const login = { ".dockerconfigjson": '{"auths":{}}' };
    const ran = await run({ settings: pulled, secretsThere: { "infra/registry": login } });
    expect(ran.refusal).toBeUndefined();
    expect(ran.registered).toContain("kubernetes:core/v1:Secret bron-federation-registry");
  });
});

describe("what the stack published last", () => {
  const unread = () => ({ bron: { published: { ...before.published, volumes: "another form" } } });

  test("stops a run that cannot read it", async () => {
    const { refusal, registered } = await run({ published: unread() });
    expect({ refusal, registered }).toEqual({
      refusal: `What this stack published after its last update cannot be read by this version of the toolkit, so it is unknown which changes would destroy data: pulumi stack output published. Use the version that applied it last, or a newer one. If you are sure that every version, name, volume and server is declared as it runs: pulumi config set commune:published ignored, apply once, and remove the setting with pulumi config rm commune:published. Its seed and its cluster are compared all the same.
Nothing was changed.`,
      registered: [],
    });
  });

  test("does not where the stack says to ignore it", async () => {
    const { refusal, registered } = await run({ published: unread(), settings: { published: "ignored" } });
    expect(refusal).toBeUndefined();
    expect(registered.length).toBeGreaterThan(30);
  });
});

test("more connections than a server allows stop a run, at the line of its memory", async () => {
  const more = "nextcloud: {}\nmastodon: {}\ndatabase:\n  memory: 256 MiB\n";
  const { refusal, registered } = await run({ files: { "bron/commune.yaml": declaration(more) } });
  expect(refusal).toMatch(
    /stacks\/bron\/commune\.yaml:10:11 database\.memory: PostgreSQL allows 40 connections .* Write at least "\d+ MiB"/,
  );
  expect(registered).toEqual([]);
});

describe("availability: node-loss", () => {
  const found = (more: string, nodes?: string): Found => ({
    files: { "bron/commune.yaml": declaration(more) },
    ...(nodes !== undefined && { settings: { nodes } }),
  });

  test.each([
    ["of the commune", "availability: node-loss\n", "stacks/bron/commune.yaml:7:15 availability"],
    [
      "of one service",
      "mastodon:\n  availability: node-loss\n",
      "stacks/bron/commune.yaml:8:17 mastodon.availability",
    ],
  ])("%s stops a run on fewer than three nodes", async (_, more, where) => {
    const { refusal, registered, read } = await run(found(more));
    expect(refusal).toContain(
      `${where}: "node-loss" needs 3 nodes that may run pods, and commune:nodes is 1.`,
    );
    expect(refusal).toMatch(/Nothing was changed\.$/);
    expect(registered).toEqual([]);
    expect(read.filter((each) => each.startsWith("kubernetes:"))).toEqual([]);
  });

  test("does not on three", async () => {
    const { refusal, registered } = await run(found("availability: node-loss\n", "3"));
    expect(refusal).toBeUndefined();
    expect(registered.length).toBeGreaterThan(20);
  });

  const rows = "availability: node-loss\nnextcloud: {}\n";
  const kind = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

  test("with rows looks for the operator before anything of the commune comes, and says what its absence means", async () => {
    const { read, registered, warned } = await run({ ...found(rows, "3"), unfinished: kind });
    expect(read).toContain(`${kind} bron-needs-cloudnative-pg`);
    expect(registered).toEqual(["pulumi:providers:kubernetes bron-cluster"]);
    expect(warned.join()).toMatch(
      /databaseroles\.postgresql\.cnpg\.io does not exist, the cluster has none, .* kubectl --context <name> apply --server-side/,
    );
  });

  test("with rows comes where the operator is there, says no more of it once it has come, and looks again", async () => {
    const first = await run(found(rows, "3"));
    expect(first.refusal).toBeUndefined();
    expect(first.registered).toContain("kubernetes:postgresql.cnpg.io/v1:Cluster bron-database");
    const published = { bron: { published: first.outputs?.published } };
    const second = await run({ ...found(rows, "3"), published });
    expect([second.refusal, second.warned.join().includes("databaseroles")]).toEqual([undefined, false]);
    expect(second.read).toContain(`${kind} bron-needs-cloudnative-pg`);
  });

  test("without a server of several reads nothing of an operator", async () => {
    const { read } = await run(found(`${rows}database: { availability: single }\n`, "3"));
    expect(read.join()).not.toContain("CustomResourceDefinition");
  });
});
