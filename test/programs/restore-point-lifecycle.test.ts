import { expect, test } from "vitest";
import { shortLived } from "../../programs/restore-point/bucket/lifecycle.ts";

/** Rules as a store writes them, in force unless they say otherwise. */
const rules = (...each: string[]) =>
  `<LifecycleConfiguration>${each.map((one) => `<Rule><ID>tidy</ID><Status>Enabled</Status>${one}</Rule>`).join("")}</LifecycleConfiguration>`;
const after = (days: number) =>
  `<NoncurrentVersionExpiration><NoncurrentDays>${days}</NoncurrentDays></NoncurrentVersionExpiration>`;

/** Asks about a bucket that answers with a text, for Mastodon's objects and points that are kept for 90 days. */
async function asked(text: string, status = 200, prefix = "mastodon/") {
  const said: string[] = [];
  const running = { version: "4.5", host: "social.bron.test" };
  const place = { endpoint: "https://s3.gra.test", region: "gra", bucket: "media", prefix };
  const access = { address: "https://s3.gra.test", region: "gra", bucket: "copies", accessKey: "A" };
  const complaint = await shortLived({
    settings: {
      ...{ commune: "bron", service: "mastodon", incarnation: 1, vaults: ["coffre"], volumes: [] },
      ...{ bucket: { ...place, addressing: "path" }, running, keys: [], declaration: "0123456789abcdef" },
    },
    access: { coffre: { ...access, secretKey: "S", purpose: "append", keepDays: 90 } },
    bucketKeys: { accessKey: "A", secretKey: "S" },
    fetch: async (address) => {
      expect(address).toBe("https://s3.gra.test/media/?lifecycle=");
      return new Response(text, { status });
    },
    say: (line) => said.push(line),
  });
  return { complaint, said };
}

test("a rule that removes old versions before points go is a complaint, the soonest of several", async () => {
  const { complaint, said } = await asked(rules(after(89), after(7)));
  expect(complaint).toBe(
    'the bucket media removes what was overwritten or deleted after 7 days (rule "tidy" of its lifecycle), and points are kept for 90: an older one cannot be restored. Let the rule wait for 90 days at its store, or lower recovery.keep',
  );
  expect(said).toEqual([]);
});

test("a rule counts for the service's objects alone, however its prefix is written", async () => {
  const filters = (prefix: string) => [
    `<Filter><Prefix>${prefix}</Prefix></Filter>`,
    `<Filter><And><Prefix>${prefix}</Prefix><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></And></Filter>`,
    `<Prefix>${prefix}</Prefix>`,
  ];
  for (const filter of [...filters("mastodon/media"), ...filters("mast"), ...filters(""), "<Filter/>"])
    expect((await asked(rules(filter + after(7)))).complaint, filter).toContain("after 7 days");
  for (const filter of filters("peertube/"))
    expect((await asked(rules(filter + after(7)))).complaint, filter).toBeUndefined();
  const [own] = filters("anything/");
  expect((await asked(rules(own + after(7)), 200, "")).complaint).toContain("after 7 days");
});

test("what keeps a number of versions alone removes the next one at once", async () => {
  const few = "<NewerNoncurrentVersions>3</NewerNoncurrentVersions>";
  const rule = `<NoncurrentVersionExpiration>${few}</NoncurrentVersionExpiration>`;
  expect((await asked(rules(rule))).complaint).toContain("after 0 days");
});

test("no rule, another one, one that waits long enough and one that is not in force are none", async () => {
  const others =
    "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
  for (const [text, status] of [
    ["<Error><Code>NoSuchLifecycleConfiguration</Code></Error>", 404],
    [rules(), 200],
    [rules(others, after(90)), 200],
    [rules(after(7)).replace("Enabled", "Disabled"), 200],
  ] as const)
    expect(await asked(text, status), text).toEqual({ complaint: undefined, said: [] });
});

test("a store that does not tell stops no point, and it is said", async () => {
  for (const [status, code] of [
    [403, "AccessDenied"],
    [501, "NotImplemented"],
  ] as const) {
    const { complaint, said } = await asked(`<Error><Code>${code}</Code></Error>`, status);
    expect(complaint).toBeUndefined();
    expect(said).toEqual([
      `the bucket media does not tell for how long it keeps old versions, and points need 90 days: GET /media/?lifecycle= was answered with ${status} ${code}. To have it watched, give its keys GetLifecycleConfiguration`,
    ]);
  }
});
