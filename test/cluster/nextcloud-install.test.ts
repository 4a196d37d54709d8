import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { trustedScript } from "../../components/services/nextcloud/scripts.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { cutsAfter, nextcloudInstall } from "../campaigns/nextcloud-install.ts";
import { Bench } from "./nextcloud/bench.ts";
import { Instance } from "./nextcloud/instance.ts";

/** A sample of `npm run campaign nextcloud-install`, on the double: where today's code once never ended, and one moment. */
const { environment } = openCluster(inject("cluster"));
const instance = new Instance("anse", environment, []);
const bench = new Bench(instance, environment);
const seed = Number(process.env.NEXTCLOUD_INSTALL_SEED ?? Math.floor(Math.random() * 2 ** 31));

beforeAll(async () => {
  await instance.prepare({});
  for (const version of ["33.0.7", "34.0.2"]) {
    await instance.configure(version);
    await bench.open(version);
  }
});

afterAll(async () => {
  await instance.remove();
});

test("a start that is cut short comes by itself to what an undisturbed one comes to", async () => {
  console.log(`NEXTCLOUD_INSTALL_SEED=${seed}`);
  const outcomes = await nextcloudInstall({
    bench,
    from: "33.0.7",
    to: "34.0.2",
    installations: [
      { rsync: "4 after" },
      { point: "maintenance:install config.php 2" },
      { point: "maintenance:install account 1" },
      { point: "maintenance:install installed 1" },
      { point: "config:system:set config.php 1" },
      { point: "maintenance:repair config.php 2" },
      { point: "user:add account 1" },
      ...cutsAfter(seed, 1, { install: 3, configure: 4 }),
    ],
    upgrades: [{ rsync: "2 after" }, { point: "upgrade config.php 2" }, { point: "upgrade version 1" }],
  });
  expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  // Each cut has happened; the last one's moment can be after the end.
  for (const { again } of outcomes.slice(0, 7)) expect(again).toBeGreaterThanOrEqual(1);
});

test("a first exchange of secrets that failed is taken in the turns, while tries are left to the other side", async () => {
  await bench.clear("33.0.7");
  await bench.start("33.0.7");
  const job = (name: string, attempt?: number) => {
    const argument = JSON.stringify({ url: "https://cloud.bron.test", token: name, created: 1, attempt });
    return `('OCA\\Federation\\BackgroundJob\\${name}', '${argument}')`;
  };
  const jobs = [job("GetSharedSecret"), ...[undefined, 1, 2, 3].map((n) => job("RequestSharedSecret", n))];
  const added = await instance.sql(
    `INSERT INTO oc_jobs (class, argument) VALUES ${jobs.join()} RETURNING id`,
  );
  const [fetch, , once, twice] = added.split("\n");
  const script = Buffer.from(trustedScript()).toString("base64");
  const { output } = await bench.run(
    ...(["33.0.7", "install", {}] as const),
    `echo ${script} | base64 -d > /tmp/trusted.php; php /tmp/trusted.php exchanges`,
  );
  expect(output.trim()).toBe(`${fetch} ${once} ${twice}`);
});

test("nothing is installed over the tables of another instance", async () => {
  await bench.clear("33.0.7");
  await bench.start("33.0.7");
  await bench.run("33.0.7", "install", {}, "find /var/www/html -mindepth 1 -delete");
  const { code, output } = await bench.run("33.0.7", "install", {}, "sh /etc/nextcloud/install.sh");
  expect(code).toBe(1);
  expect(output).toContain("nothing is installed over them");
  expect(await instance.sql("SELECT uid FROM oc_users ORDER BY uid")).toBe("admin\ncommune-federation");
});
