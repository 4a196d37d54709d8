import { describe, expect, test } from "vitest";
import { lineHash, logLines } from "../../../components/federation/approvals.ts";
import { approversOf, logOf, signer } from "../../audit/approval/signers.ts";
import { declaration, type Found, run } from "./run.ts";

const peers = "federation: { with: [lyon] }\n";
const member = (id: string, insee: string, more = "") =>
  `  ${id}: { name: ${id}, insee: "${insee}", domain: ${id}.test, contact: a@${id}.test${more} }\n`;
const metropolis = (more = "") =>
  `name: Métropole\nmembers:\n${member("bron", "69029")}${member("lyon", "69123", more)}`;
const administrator = signer("équipe numérique", "administrator");
const [one = ""] = /\{.*\}/.exec(approversOf(administrator)) ?? [];
const twice = `approvers: [${one}, ${one.replace("équipe numérique", "un autre")}]\n`;

/** Wrong files, which stop a run before it asks the engine for anything. */
const refused: [string, Found, string][] = [
  [
    "mistakes in the declaration, all of them told",
    { files: { "bron/commune.yaml": declaration("nextclod: {}\n").replace("900", "many") } },
    `stacks/bron/commune.yaml:5:13 population: "many" is a text. Write a whole number from 1 to 10000000, such as 160000.
stacks/bron/commune.yaml:7:1  nextclod: unknown section. Did you mean "nextcloud"?

2 problems. Nothing was changed.`,
  ],
  [
    "the declaration of another commune",
    { files: { "bron/commune.yaml": declaration("", "lyon") } },
    `stacks/bron/commune.yaml:1:5 id: "lyon" is not the name of its folder ("bron"). Write "bron", or rename the folder.

1 problem. Nothing was changed.`,
  ],
  [
    "no declaration",
    { stack: "lyon" },
    `stacks/lyon/commune.yaml:1:1 this file does not exist. Create it, or correct the name.

1 problem. Nothing was changed.`,
  ],
  [
    "a lock of images that is none",
    { files: { "images.lock.yaml": "images: { nginx: latest }\n" } },
    `stacks/images.lock.yaml:1:11 images.nginx: "nginx" is not a reference with its registry and tag, and without a digest. Write the reference of an image with its registry and tag such as "docker.io/library/postgres:17.12-trixie".

1 problem. Nothing was changed.`,
  ],
  [
    "an exception for longer than a year",
    {
      files: {
        "bron/exceptions.yaml":
          "exceptions:\n  - { rule: operators-in-eu, object: mail.relay, reason: Marché., owner: DSI, expires: 2028-01-01 }\n",
      },
    },
    `stacks/bron/exceptions.yaml:2:88 exceptions[0].expires: "2028-01-01" is more than 12 months ahead. Write a day until 2027-11-26, and ask again then.

1 problem. Nothing was changed.`,
  ],
  [
    "a key of two people who approve",
    { files: { "bron/approvers.yaml": twice } },
    `stacks/bron/approvers.yaml:1:243 approvers[1].key: stands twice. A key is of one function: give the other one a key of its own.

1 problem. Nothing was changed.`,
  ],
  [
    "peers whom no file names",
    { files: { "bron/commune.yaml": declaration(peers) } },
    `stacks/bron/commune.yaml:7:1 federation: names other communes, but stacks/federation.yaml, which declares them, does not exist. Create it (docs/federation.md).

1 problem. Nothing was changed.`,
  ],
  [
    "secrets that it needs and nobody gave",
    {
      files: {
        "bron/commune.yaml": declaration("mail: { relay: smtp.bron.test, user: mairie }\n"),
      },
    },
    `commune:mail-password is not set, and the declaration needs it. Set it with: pulumi config set --secret commune:mail-password -s bron
Nothing was changed.`,
  ],
];

describe("a run is refused before anything is asked of the engine", () => {
  test.each(refused)("with %s", async (_, found, sentence) => {
    const { refusal, read, registered } = await run(found);
    expect({ refusal, read, registered }).toEqual({ refusal: sentence, read: [], registered: [] });
  });

  test("with a peer's stack that is another commune's, which is read alone", async () => {
    const files = {
      "bron/commune.yaml": declaration(peers),
      "federation.yaml": metropolis(", stack: villeurbanne"),
    };
    const published = { villeurbanne: { federation: { domain: "villeurbanne.test" } } };
    const { refusal, read, registered } = await run({ files, published });
    expect({ refusal, read, registered }).toEqual({
      refusal:
        'stacks/federation.yaml: members.lyon.stack: "villeurbanne" is the stack of villeurbanne.test, and lyon is at lyon.test. Write the name of its own stack, or remove the line.',
      read: ["pulumi:pulumi:StackReference stack-of-lyon"],
      registered: [],
    });
  });
});

test("what the log of approvals comes to is told to peers", async () => {
  const log = logOf("bron", administrator, 2);
  const files = { "bron/approvers.yaml": approversOf(administrator), "bron/approvals.jsonl": log };
  const { inputs } = await run({ files });
  const { data } = inputs.get("kubernetes:core/v1:ConfigMap bron-federation-approvals") as {
    data: Record<string, string>;
  };
  const [first = "", second = ""] = logLines(log).map(lineHash);
  expect(JSON.parse(data["approvals.json"] ?? "")).toEqual({ count: 2, head: second, before: [first] });
  expect(JSON.parse(data["changes.json"] ?? "")).toMatchObject({ lines: 2, faulty: 0 });
});
