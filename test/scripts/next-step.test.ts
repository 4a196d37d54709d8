import { afterEach, expect, test, vi } from "vitest";
import { failure } from "../../scripts/stack.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const diagnostics = (text: string) =>
  `Updating (bron)\n\nDiagnostics:\n  ${text}\n\nResources:\n    + 3 created\n`;

test.each([
  [
    "a lock",
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
    "npx pulumi cancel --yes -s bron && npx pulumi up -s bron",
  ],
  [
    "a field that somebody else owns",
    'error: server-side apply field conflict detected, see https://www.pulumi.com/… for troubleshooting help\n    The resource managed by field manager "x" had an apply conflict: Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: .data.a',
    "PULUMI_K8S_ENABLE_PATCH_FORCE=true npx pulumi up --refresh -s bron",
  ],
  [
    "another seed's mark",
    'error: server-side apply field conflict detected, see https://www.pulumi.com/… for troubleshooting help\n    Apply failed with 1 conflict: conflict with "pulumi-kubernetes-1a2b3c4d" using v1: .metadata.annotations.commune.cloud/seed',
    "npx pulumi config set --secret commune:seed -s bron (docs/seed.md)",
  ],
  [
    "an object that is gone",
    'error: 2 errors occurred:\n    * update of resource "urn:…::bron" failed: services "a" not found\n',
    "npx pulumi up --refresh -s bron",
  ],
  [
    "an object that is gone, as the local plugin says it",
    'error: update of resource "bron/a" failed because the Kubernetes API server reported: services "a" not found',
    "npx pulumi up --refresh -s bron",
  ],
  [
    "a Job",
    'error: resource "bron-mastodon/migrate" was successfully created, but …: [BackoffLimitExceeded] Job has reached the specified backoff limit',
    "npx pulumi up -s bron",
  ],
  ["anything else", "error: connection refused", "npx pulumi up -s bron"],
])("after %s, what failed ends with the one command that goes on", (_, said, command) => {
  const text = failure("up", "bron", diagnostics(said));
  expect(text).toContain(said.split("\n")[0]);
  expect(text.split("\n").at(-1)).toMatch(/: (?!.*: )/);
  expect(text.split(": ").at(-1)).toBe(command);
});

test("whoever reads French reads why and what goes on in French, and types the same command", () => {
  const said = diagnostics("error: resource … [BackoffLimitExceeded]");
  const english = failure("up", "bron", said);
  vi.stubEnv("COMMUNE_LANG", "fr");
  const text = failure("up", "bron", said);
  expect(text).toMatch(/^pulumi up de bron a échoué :\n/);
  expect(text.split("\n").at(-1)).toMatch(/^Une tâche a échoué, .* : npx pulumi up -s bron$/);
  expect(text.split(": ").at(-1)).toBe(english.split(": ").at(-1));
});
