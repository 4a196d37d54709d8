import { beforeEach, expect, test } from "vitest";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { Standstill } from "../../scripts/recovery/standstill.ts";

const plan = {
  service: "nextcloud",
  contents: { volumes: [{ name: "nextcloud-data" }] },
  beside: { commune: "bron", service: "nextcloud" },
} as unknown as PointsPlan;
const spec = { volumes: [{ persistentVolumeClaim: { claimName: "nextcloud-data" } }] };

let done: string[];
/** Pods that use the volume, until what keeps them there has been stopped. */
let pods: { name: string; endsAfter: string }[];
let jobs: object[];
let schedules: object[];
/** Deployments of another application in the same namespace. */
let others: object[];
let standstill: Standstill;

beforeEach(() => {
  done = [];
  pods = [];
  jobs = [];
  schedules = [];
  others = [];
  standstill = new Standstill(
    {
      kubectl: async (words) => {
        if (words[0] !== "rollout") done.push(words.join(" "));
        return "";
      },
      list: async <T>(kind: string) => {
        const found: Record<string, object[]> = {
          jobs,
          cronjobs: schedules,
          deployments: [
            {
              metadata: { name: "nextcloud", annotations: marked("deployment nextcloud") },
              spec: { replicas: 1, template: { spec } },
            },
            ...others,
          ],
          pods: pods
            .filter(({ endsAfter }) => !done.some((line) => line.startsWith(endsAfter)))
            .map(({ name }) => ({ metadata: { name }, spec, status: { phase: "Running" } })),
        };
        return (found[kind] ?? []) as T[];
      },
    },
    plan,
  );
});

/** Annotations that were set of an object, as the cluster has them. */
const marked = (object: string) =>
  Object.fromEntries(
    done
      .filter((line) => line.startsWith(`annotate --overwrite ${object} `))
      .map((line) => line.split(" ").at(-1)?.split("=") ?? []),
  );
const job = (name: string, more: object = {}) => ({
  metadata: { name, ...more },
  spec: { template: { spec } },
});

test("a Job that waits for something is suspended, and goes on afterwards", async () => {
  pods = [
    { name: "nextcloud-1", endsAfter: "scale deployment nextcloud" },
    { name: "folders-1", endsAfter: "patch job folders" },
  ];
  const folders = job("folders");
  jobs = [
    folders,
    // A restore point that has begun gets to its end.
    job("restore-point-1", { ownerReferences: [{ kind: "CronJob" }] }),
    { ...job("before"), status: { conditions: [{ type: "Complete", status: "True" }] } },
  ];
  await standstill.stop(() => undefined);
  expect(done.filter((line) => line.includes(" job "))).toEqual([
    "annotate --overwrite job folders commune.cloud/suspended-for-restore=true",
    'patch job folders --type=merge --patch {"spec":{"suspend":true}}',
  ]);
  Object.assign(folders, { metadata: { name: "folders", annotations: marked("job folders") } });
  await standstill.start(() => undefined);
  expect(done.filter((line) => line.includes(" job ")).slice(2)).toEqual([
    'patch job folders --type=merge --patch {"spec":{"suspend":false}}',
    "annotate --overwrite job folders commune.cloud/suspended-for-restore-",
  ]);
});

test("a schedule is suspended and goes on afterwards; one that was suspended before stays so", async () => {
  const schedule = (name: string, suspend?: boolean, annotations = {}) => ({
    metadata: { name, annotations },
    spec: { jobTemplate: { spec: { template: { spec } } }, ...(suspend === undefined ? {} : { suspend }) },
  });
  schedules = [schedule("nextcloud-cron"), schedule("commands", true)];
  await standstill.stop(() => undefined);
  const suspended = [
    "annotate --overwrite cronjob nextcloud-cron commune.cloud/suspended-for-restore=true",
    'patch cronjob nextcloud-cron --type=merge --patch {"spec":{"suspend":true}}',
  ];
  expect(done.filter((line) => line.includes(" cronjob "))).toEqual(suspended);
  const annotations = marked("cronjob nextcloud-cron");
  schedules = [schedule("nextcloud-cron", true, annotations), schedule("commands", true)];
  // A run that goes on after it was cut.
  await standstill.stop(() => undefined);
  await standstill.start(() => undefined);
  expect(done.filter((line) => line.includes(" cronjob "))).toEqual([
    ...suspended,
    'patch cronjob nextcloud-cron --type=merge --patch {"spec":{"suspend":false}}',
    "annotate --overwrite cronjob nextcloud-cron commune.cloud/suspended-for-restore-",
  ]);
});

test("a pod that does not end is waited for half an hour; then all of it starts again, and it is named", async () => {
  pods = [{ name: "by-hand", endsAfter: "never" }];
  const minutes = [0, 29, 31];
  const said: string[] = [];
  const stopped = standstill.stop(
    (line) => said.push(line),
    () => (minutes.shift() ?? 60) * 60_000,
  );
  await expect(stopped).rejects.toThrow(/^by-hand did not end within 30 minutes.*Nothing was exchanged/);
  expect(done).toContain("scale deployment nextcloud --replicas=1");
  expect(said).toEqual(["nextcloud serves again."]);
});

test("what another application in the namespace has stopped meanwhile stays stopped", async () => {
  const volumes = [{ persistentVolumeClaim: { claimName: "mobilizon-uploads" } }];
  const job = { spec: { template: { spec: { volumes } } } };
  others = [
    {
      metadata: { name: "mobilizon", annotations: { "commune.cloud/replicas-before-restore": "1" } },
      spec: { replicas: 0, template: { spec: { volumes } } },
    },
  ];
  jobs = [
    { ...job, metadata: { name: "before", annotations: { "commune.cloud/suspended-for-restore": "true" } } },
  ];
  await standstill.stop(() => undefined);
  await standstill.start(() => undefined);
  expect(done.filter((line) => line.startsWith("scale"))).toEqual([
    "scale deployment nextcloud --replicas=0",
    "scale deployment nextcloud --replicas=1",
  ]);
  expect(done.filter((line) => / (mobilizon|before) /.test(line))).toEqual([]);
});
