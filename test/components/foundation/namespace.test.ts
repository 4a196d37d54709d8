import { expect, test } from "vitest";
import { marked, namespaceManifests } from "../../../components/foundation/namespace/manifests.ts";

const manifests = namespaceManifests({
  commune: "bron",
  service: "nextcloud",
  data: "accounts.documents",
  quota: { memoryMiB: 2048, storageGiB: 100, pods: 10 },
});

test("a namespace comes first, enforces Pod Security restricted and says what personal data it holds", () => {
  expect(manifests[0]).toMatchObject({
    kind: "Namespace",
    metadata: {
      name: "bron-nextcloud",
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "commune.cloud/commune": "bron",
        "commune.cloud/data": "accounts.documents",
      },
    },
  });
});

test("its baseline limits what it takes and closes its network", () => {
  expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "Namespace bron-nextcloud",
    "ResourceQuota nextcloud-quota",
    "LimitRange nextcloud-limits",
    "NetworkPolicy nextcloud-default-deny",
    "NetworkPolicy nextcloud-to-dns",
  ]);
});

test("guests have room beside the service, and no load balancer", () => {
  const { spec } = namespaceManifests({
    ...{ commune: "bron", service: "nextcloud", data: "none" },
    quota: { memoryMiB: 2048, storageGiB: 100, pods: 10 },
    guests: { pods: 1, memoryMiB: 64, nodePorts: 1 },
  }).find(({ kind }) => kind === "ResourceQuota") as { spec: { hard: object } };
  expect(spec.hard).toEqual({
    "limits.memory": "2112Mi",
    "requests.storage": "100Gi",
    pods: "11",
    "services.loadbalancers": "0",
    "services.nodeports": "1",
  });
});

test("the mark of the seed is the only annotation, for a provider to conflict on", () => {
  expect(marked(manifests[0], "00ff")).toEqual({
    ...manifests[0],
    metadata: { ...manifests[0].metadata, annotations: { "commune.cloud/seed": "00ff" } },
  });
});
