import type { Laboratory } from "./laboratory.ts";
import { configMap, pod } from "./pods.ts";

/** A relay: accepts whoever follows it, and announces to all others what one of them has posted. */
export const relayProgram = `
import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

const origin = "https://" + process.env.HOST;
const actor = origin + "/actor";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKeyPem = publicKey.export({ type: "spki", format: "pem" });
const everyone = "https://www.w3.org/ns/activitystreams#Public";
const followers = new Map();
let number = 0;

const document = {
  "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
  id: actor, type: "Application", preferredUsername: "relay", inbox: origin + "/inbox",
  publicKey: { id: actor + "#main-key", owner: actor, publicKeyPem },
};

async function send(inbox, activity) {
  const url = new URL(inbox);
  number += 1;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams", id: origin + "/" + number, actor, ...activity,
  });
  const date = new Date().toUTCString();
  const digest = "SHA-256=" + createHash("sha256").update(body).digest("base64");
  const signed = "(request-target): post " + url.pathname + "\\nhost: " + url.host + "\\ndate: " + date + "\\ndigest: " + digest;
  const signature = createSign("sha256").update(signed).sign(privateKey, "base64");
  const header = 'keyId="' + actor + '#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="' + signature + '"';
  const headers = { "content-type": "application/activity+json", date, digest, signature: header };
  const { status } = await fetch(url, { method: "POST", headers, body });
  console.log(activity.type, inbox, status);
}

async function take(activity) {
  console.log("received", activity.type, activity.actor);
  if (activity.type === "Follow" && activity.object === everyone) {
    const said = await fetch(activity.actor, { headers: { accept: "application/activity+json" } });
    const { inbox } = await said.json();
    followers.set(activity.actor, inbox);
    await send(inbox, { type: "Accept", to: activity.actor, object: activity.id });
  }
  if (activity.type === "Undo") followers.delete(activity.actor);
  if (activity.type === "Create") {
    const others = [...followers.values()].filter((inbox) => !activity.actor.startsWith(new URL(inbox).origin));
    for (const inbox of others) await send(inbox, { type: "Announce", to: everyone, object: activity.object.id });
  }
}

createServer((request, response) => {
  let body = "";
  request.on("data", (part) => { body += part; });
  request.on("end", () => {
    if (request.method === "POST") {
      response.writeHead(202).end();
      take(JSON.parse(body)).catch((error) => console.error(error));
    } else if (request.url === "/actor") {
      response.writeHead(200, { "content-type": "application/activity+json" }).end(JSON.stringify(document));
    } else {
      response.writeHead(404).end();
    }
  });
}).listen(3000);
`;

/** The relay's pod, behind the same nginx as the servers that follow it. */
export function relay(lab: Laboratory, name: string, host: string, addresses: Record<string, string>) {
  const made = pod({
    name: `web-${name}`,
    uid: 1000,
    configs: { trust: "trust", front: "front", program: "relay" },
    containers: [
      {
        name: "relay",
        image: lab.image("library/node"),
        command: ["node", "/relay/relay.mjs"],
        env: { HOST: host, NODE_EXTRA_CA_CERTS: "/etc/trust/tls.crt" },
        mounts: ["program:/relay", "trust:/etc/trust"],
      },
      {
        name: "front",
        image: lab.image("nginx-unprivileged"),
        mounts: ["trust:/etc/trust", "front:/etc/nginx/nginx.conf:nginx.conf"],
        ready: ["curl", "-fsS", "http://127.0.0.1:3000/actor"],
      },
    ],
  });
  const hostAliases = Object.entries(addresses).map(([each, ip]) => ({ ip, hostnames: [each] }));
  return [
    configMap("relay", { "relay.mjs": relayProgram }),
    { ...made, spec: { ...made.spec, hostAliases } },
  ] as const;
}
