import { expect, test } from "vitest";
import { namespaceManifests } from "../../components/namespace/manifests.ts";

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

test("its floor limits what it takes and closes its network", () => {
  expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "Namespace bron-nextcloud",
    "ResourceQuota nextcloud-quota",
    "LimitRange nextcloud-limits",
    "NetworkPolicy nextcloud-default-deny",
    "NetworkPolicy nextcloud-to-dns",
  ]);
});
