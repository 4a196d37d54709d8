import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { mastodonToken } from "../../scripts/look/token.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { communeKeys, StoreBesideCluster } from "../seaweedfs/beside-cluster.ts";
import { seaweedfs } from "../seaweedfs/build.ts";
import { untilDone } from "../seaweedfs/until-done.ts";
import { Documents, documentsBucket } from "./buckets/documents.ts";
import { Pictures, picturesBucket } from "./buckets/pictures.ts";
import { kubectl, type Place, podsOf } from "./buckets/place.ts";
import { killAtEachStep, ServedVersions, steps } from "./buckets/upgrade.ts";
import { type Answer, counted, digestOf, isTaken, Uploaders, uniqueBytes } from "./buckets/uploads.ts";
import { Project } from "./project.ts";

/**
 * A commune with two web pods of Mastodon and two servers of Nextcloud, whose files are in buckets of the real SeaweedFS
 * on a machine beside the cluster. The applications are doubles, which write rows and objects in upstream's order. All pods
 * share the one node of this machine. The store is built from its Go module, once.
 */
const cluster = openCluster(inject("cluster"));
const stack = "bucket-town";
let project: Project;
let place: Place;

function declare(more: string): void {
  const store = `endpoint: "${place.store.place.endpoint}", region: us-east-1`;
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 900
contact: a@${stack}.test
availability: node-loss
database: { availability: single }
media: { ${store}, bucket: ${picturesBucket}, publicHost: media.${stack}.test }
mastodon: {}
${more.replace("STORE", store)}`,
  );
}

async function accounts(): Promise<Outputs["accounts"]> {
  const told = await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack);
  return (JSON.parse(told) as Outputs).accounts;
}

beforeAll(async () => {
  const { environment } = cluster;
  const buckets = { [picturesBucket]: "public", [documentsBucket]: "closed" } as const;
  const store = await StoreBesideCluster.open(cluster, await seaweedfs(), buckets);
  const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
  const address = { host: hostname, port: Number(port) };
  place = { stack, environment, store, dispatcher: agentFor({ address, caFile: cluster.caFile }) };
  await execa("kubectl", ["apply", "--server-side", "--filename=-"], {
    env: environment,
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: StoreBesideCluster.objects() }),
  });
  project = new Project(environment);
  declare("");
  const { range, certificate } = store.place;
  await project.createStack(stack, { nodes: "3", privateEndpoints: range, authority: certificate });
  for (const section of ["media", "objects"])
    for (const [name, key] of [
      ["access-key", communeKeys.accessKey],
      ["secret-key", communeKeys.secretKey],
    ] as const)
      await project.succeed("config", "set", "--secret", `commune:${section}-${name}`, key, "-s", stack);
  await project.up(stack);
});

afterAll(async () => {
  await project?.end(stack);
  if (!place) return;
  await kubectl(place, "delete", "namespace", "store", "--ignore-not-found", "--wait=false");
  await place.dispatcher.close();
  await place.store.close();
});

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

/** Absences of a store, each with the seconds after which uploads have to be taken again. */
const absences = [
  {
    what: "is gone for 60 s",
    forMs: 60_000,
    leave: () => place.store.kill(),
    come: () => place.store.start(),
  },
  {
    ...{ what: "hangs for 20 s", forMs: 20_000, leave: async () => place.store.freeze("SIGSTOP") },
    come: () => place.store.freeze("SIGCONT"),
  },
];

/**
 * Lets people upload before, during and after an absence of the store. Those who are answered after it are told neither
 * as during it nor as after it.
 *
 * @param meanwhile what others do during it.
 */
async function throughAbsence(
  { what, forMs, leave, come }: (typeof absences)[number],
  upload: (bytes: Buffer) => Promise<Answer>,
  meanwhile: () => Promise<void>,
) {
  const people = new Uploaders(4, upload);
  try {
    await people.haveTaken(0, 12, 60);
    await leave();
    const left = Date.now();
    await sleep(2000);
    await meanwhile();
    await sleep(left + forMs - Date.now());
    const back = Date.now();
    come();
    const store = untilDone(() => place.store.client(picturesBucket).list("none"));
    const answers = store.then(() => seconds(Date.now() - back));
    await people.haveTaken(back, 12, 90);
    await people.stop();
    const away = people.begun(left, back).filter(({ ended }) => ended < back);
    const first = people.begun(back).find(isTaken);
    const told = {
      ...{ store: what, before: counted(people.begun(0, left)), meanwhile: counted(away) },
      slowest: seconds(Math.max(...away.map(({ begun, ended }) => ended - begun))),
      ...{ after: counted(people.begun(back)), again: first && seconds(first.ended - back) },
      storeAnswers: await answers,
    };
    return { uploads: people.uploads, away, told };
  } finally {
    await people.stop();
  }
}

describe("pictures of Mastodon", () => {
  let pictures: Pictures;
  beforeAll(async () => {
    const owner = (await accounts()).mastodon?.user ?? "";
    const token = await mastodonToken(stack, owner, new Kubectl(cluster.environment), { seconds: 3600 });
    pictures = new Pictures(place, token);
  });

  test("one pod takes a picture and the other posts it; none of them has a volume of media", async () => {
    const web = (await podsOf(place, "mastodon")).flatMap((line) => line.match(/^mastodon-web-\S+/) ?? []);
    expect(web).toHaveLength(2);
    const [one = "", other = ""] = web;
    const file = ["-F", "file=@/usr/bin/tini;type=image/png", "-F", "description=un bateau"];
    const media = (await pictures.inPod(one, "/api/v2/media", ...file)) as { id: string; url: string };
    expect(media.url).toContain(`https://media.${stack}.test/mastodon/media_attachments/files/`);
    expect(await pictures.inPod(other, `/api/v1/media/${media.id}`)).toMatchObject(media);
    expect(await pictures.inPod(other, "/api/v1/statuses", "-d", `media_ids[]=${media.id}`)).toMatchObject({
      media_attachments: [{ id: media.id, url: media.url }],
    });
    const cat = ["exec", "-n", `${stack}-mastodon`, other, "-c", "puma", "--", "cat", "/usr/bin/tini"];
    const tini = await execa("kubectl", cat, {
      ...{ env: cluster.environment, encoding: "buffer", stripFinalNewline: false },
    });
    const { status, bytes } = await pictures.published(media.url);
    expect([status, digestOf(bytes)]).toEqual([200, digestOf(tini.stdout)]);
    const claims = await kubectl(place, "get", "pvc", "-n", `${stack}-mastodon`, "--output=name");
    expect(claims).not.toContain("media");
    expect(await pictures.orphans()).toEqual({ rows: [], objects: [] });
  });

  test.each(absences)("a store that $what costs uploads an error, and nobody a picture", async (absence) => {
    const pods = await podsOf(place, "mastodon");
    const known = (await pictures.orphans()).objects;
    const bytes = uniqueBytes();
    const media = JSON.parse((await pictures.upload(bytes)).text) as { id: string; url: string };
    const shown = JSON.parse((await pictures.post({ "media_ids[]": media.id })).text) as { id: string };
    const { uploads, away, told } = await throughAbsence(
      absence,
      (each) => pictures.upload(each),
      async () => {
        // Whoever deletes a post meanwhile deletes its row: the picture stays.
        expect((await pictures.ask("DELETE", `/api/v1/statuses/${shown.id}`)).status).toBe(200);
        // What needs no picture goes on.
        expect((await pictures.ask("GET", "/api/v1/timelines/public?local=true")).status).toBe(200);
        expect((await pictures.post({ status: `sans image, ${absence.what}` })).status).toBe(200);
      },
    );
    const { rows, objects } = await pictures.orphans();
    const added = objects.filter((digest) => !known.includes(digest));
    const ofUploads = added.filter((digest) => digest !== digestOf(bytes));
    console.log(
      JSON.stringify({ mastodon: told, rowsWithoutObjects: rows.length, objectsWithoutRows: added.length }),
    );
    expect(away.length).toBeGreaterThan(3);
    expect(Object.keys(told.meanwhile)).toEqual(["503"]);
    expect(away[0]?.text).toContain("There was a temporary problem serving your request");
    expect(await pictures.lost(uploads)).toEqual([]);
    expect(await podsOf(place, "mastodon")).toEqual(pods);
    // Bytes are written before a row is committed, and deleted after it is.
    expect(rows).toEqual([]);
    expect(added).toContain(digestOf(bytes));
    const refused = uploads.filter((upload) => !isTaken(upload)).map(({ digest }) => digest);
    expect(refused).toEqual(expect.arrayContaining(ofUploads));
    // Whoever has its address still sees the picture of the deleted post.
    expect((await pictures.published(media.url)).status).toBe(200);
  });
});

describe("documents of Nextcloud", () => {
  let documents: Documents;
  const become = (version: string, settings = "") => {
    const objects = `objects: { STORE, bucket: ${documentsBucket} }`;
    declare(`nextcloud: { version: ${version}, apps: [], settings: { ${settings} }, ${objects} }\n`);
    return project.up(stack);
  };
  beforeAll(async () => {
    await become("33.0.7");
    const account = (await accounts()).nextcloud;
    if (!account) throw new Error("Nextcloud has no account");
    documents = new Documents(place, account);
  });

  test("one server reads what the other wrote, and writes over it; none of them has a volume", async () => {
    const [first, second] = [uniqueBytes(), uniqueBytes()];
    expect(await documents.inPod("nextcloud-0", "PUT", "acte.txt", first)).toMatchObject({ status: 201 });
    expect(await documents.inPod("nextcloud-1", "GET", "acte.txt")).toEqual({ status: 200, bytes: first });
    expect(await documents.inPod("nextcloud-1", "PUT", "acte.txt", second)).toMatchObject({ status: 204 });
    expect(await documents.inPod("nextcloud-0", "GET", "acte.txt")).toEqual({ status: 200, bytes: second });
    expect(await kubectl(place, "get", "pvc", "-n", `${stack}-nextcloud`, "--output=name")).toBe("");
    expect(await documents.orphans()).toEqual({ rows: [], objects: [] });
  });

  test("a store that is gone for 60 s costs uploads an error, and nobody a document", async () => {
    const [absence] = absences;
    if (!absence) throw new Error("there is no absence");
    const pods = await podsOf(place, "nextcloud");
    const kept = uniqueBytes();
    const name = `${digestOf(kept)}.txt`;
    expect((await documents.upload(kept)).status).toBe(201);
    const { uploads, away, told } = await throughAbsence(
      absence,
      (each) => documents.upload(each),
      async () => {
        const answers = [
          await documents.ask("PROPFIND", ""),
          await documents.ask("GET", name),
          await documents.ask("PUT", name, uniqueBytes()),
        ];
        expect(answers.map(({ status }) => status)).toEqual([207, 503, 500]);
      },
    );
    const { rows, objects } = await documents.orphans();
    console.log(
      JSON.stringify({
        nextcloud: told,
        rowsWithoutObjects: rows.length,
        objectsWithoutRows: objects.length,
      }),
    );
    expect(away.length).toBeGreaterThan(8);
    expect(Object.keys(told.meanwhile)).toEqual(["500"]);
    expect(await documents.lost(uploads)).toEqual([]);
    expect(await documents.ask("GET", name)).toEqual({ status: 200, text: digestOf(kept) });
    expect(await podsOf(place, "nextcloud")).toEqual(pods);
    // The row of a new document is removed where its object could not be written, or was written and nobody heard of it.
    expect(rows).toEqual([]);
    const refused = uploads.filter((upload) => !isTaken(upload)).map(({ digest }) => digest);
    expect(refused).toEqual(expect.arrayContaining(objects));
  });

  test("an upgrade whose servers are killed at each step ends, and no two versions serve", async () => {
    const kept = uniqueBytes();
    expect((await documents.upload(kept)).status).toBe(201);
    const served = new ServedVersions(place);
    try {
      const killed = await killAtEachStep(place, () => become("34.0.2", "activity_expire_days: 30"));
      expect(killed).toEqual(Object.keys(steps));
      await vi.waitFor(() => expect(served.versions).toEqual(["33.0.7", "34.0.2"]), 60_000);
    } finally {
      await served.stop();
    }
    const answer = await documents.ask("GET", `${digestOf(kept)}.txt`);
    expect(answer).toEqual({ status: 200, text: digestOf(kept) });
    expect((await documents.upload(uniqueBytes())).status).toBe(201);
  });
});
