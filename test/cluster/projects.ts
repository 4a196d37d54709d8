/**
 * Test files, or folders of them, that judge only what never leaves this machine: the local cluster, its Pulumi plugins
 * and the doubles of applications. The rest of test/cluster is about what a commune runs.
 */
export const ofTheLocalCluster = [
  "test/cluster/plugins",
  "test/cluster/cluster.test.ts",
  "test/cluster/images.test.ts",
  "test/cluster/mastodon-commands.test.ts",
  "test/cluster/mastodon-server.test.ts",
  "test/cluster/nextcloud-server.test.ts",
  "test/cluster/peertube-server.test.ts",
  "test/cluster/pulled-images.test.ts",
  "test/cluster/several-nodes.test.ts",
];
