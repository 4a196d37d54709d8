// Runs in the page: shows what somebody is asked to approve, has their passkey sign it, and makes new passkeys.
// What it signs, audit/approval/passkey.ts verifies.
const words = {
  label: {
    reversible: "réversible",
    "needs a restore point": "réversible avec une copie d’avant",
    irreversible: "irréversible",
  },
  needs: {
    one: "une personne, qui n’est pas celle qui propose",
    two: "deux personnes, dont un élu ou le délégué à la protection des données",
  },
  role: {
    administrator: "administrateur",
    official: "élu",
    "data-protection": "délégué à la protection des données",
  },
};

const element = (id) => document.getElementById(id);
const { commune, name: place, contact } = element("accord").dataset;
const daysOfApproval = 7;

const show = (id) => {
  for (const part of document.querySelectorAll("#accord > section")) part.hidden = part.id !== id;
};

/** Says something that went wrong, where a screen reader tells it. */
function say(text) {
  element("message").textContent = text;
  element("message").hidden = text === "";
}

const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const sha256 = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
const hexadecimal = (bytes) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** JSON in the one spelling of RFC 8785, of texts, whole numbers, lists and records. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`).join(",")}}`;
}

/** The challenge of what somebody says, as whoever verifies it computes it. */
async function challengeOf(said) {
  const digest = hexadecimal(await sha256(canonical(said)));
  return sha256(`commune.cloud passkey, form 1\n${digest}\n`);
}

/** Reads the request that stands behind the # of the address. Throws if it is none. */
async function readRequest(text) {
  const packed = new Blob([decode(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const { form, language, said, signers } = JSON.parse(await new Response(packed).text());
  const { stack, digest, report, label, needs, shown, author, proposal } = said;
  const isText = (value) => typeof value === "string" && value.length <= 2000;
  const isRight =
    form === 1 &&
    [stack, digest, report, author, proposal].every(isText) &&
    Object.hasOwn(words.label, label) &&
    Object.hasOwn(words.needs, needs) &&
    [shown, signers].every((list) => Array.isArray(list) && list.length > 0 && list.length <= 100) &&
    shown.every(isText) &&
    signers.every(
      (each) => [each.name, each.by, each.id].every(isText) && Object.hasOwn(words.role, each.role),
    );
  if (!isRight) throw new Error("no request");
  // Nothing is signed that is not shown, or is not named here.
  const fields = { stack, digest, report, label, needs, shown, author, proposal };
  return { language: ["en", "fr"].find((each) => each === language) ?? "fr", said: fields, signers };
}

/** Text of an answer, which mail programs leave as it is. */
function armored(answer) {
  const body = encode(new TextEncoder().encode(JSON.stringify(answer)));
  return [
    "-----BEGIN COMMUNE APPROVAL-----",
    ...body.match(/.{1,64}/g),
    "-----END COMMUNE APPROVAL-----",
    "",
  ].join("\n");
}

/** Fills one of the two places from which a text is sent, copied and kept. */
function giveOut(id, { subject, text, file }) {
  const part = element(id);
  part.querySelector("textarea").value = text;
  const body = encodeURIComponent(text.replaceAll("\n", "\r\n"));
  part.querySelector("a.mail").href = `mailto:${contact}?subject=${encodeURIComponent(subject)}&body=${body}`;
  const kept = part.querySelector("a.file");
  kept.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  kept.download = file;
  part.querySelector("button.copy").onclick = async ({ target }) => {
    await navigator.clipboard.writeText(text);
    target.textContent = "Copié";
  };
  show(id);
  part.querySelector("h2").focus();
}

/** Words for what a device did not do. */
function failure(error) {
  if (error?.name === "NotAllowedError")
    return "Rien n’est signé : vous avez annulé, ou cet appareil n’a pas la clé. Recommencez, ou prenez l’appareil sur lequel vous l’avez créée.";
  if (error?.name === "InvalidStateError") return "Cet appareil a déjà une clé pour cette page.";
  return `Cela n’a pas abouti, et rien n’est signé (${error?.name ?? "erreur"}). Recommencez, ou écrivez à ${contact}.`;
}

async function approve({ said, signers }) {
  say("");
  const signer = signers[Number(new FormData(element("oui")).get("signataire"))];
  const now = new Date();
  const statement = {
    ...{ kind: "approved", form: 2, from: "page", ...said },
    ...{ role: signer.role, by: signer.by, at: now.toISOString() },
    expires: new Date(now.getTime() + daysOfApproval * 86_400_000).toISOString(),
  };
  const { response } = await navigator.credentials.get({
    publicKey: {
      challenge: await challengeOf(statement),
      rpId: location.hostname,
      allowCredentials: [{ type: "public-key", id: decode(signer.id) }],
      userVerification: "required",
    },
  });
  const answer = {
    ...{ form: 1, proposal: said.proposal, by: signer.by, at: statement.at },
    authenticatorData: encode(response.authenticatorData),
    clientData: encode(response.clientDataJSON),
    signature: encode(response.signature),
  };
  const short = said.digest.slice("sha256:".length).slice(0, 12);
  giveOut("reponse", {
    ...{
      subject: `Accord ${said.stack} ${short}`,
      text: armored(answer),
      file: `accord-${said.stack}-${short}.txt`,
    },
  });
}

function ask(request) {
  const { language, said, signers } = request;
  element("effet").textContent = words.label[said.label];
  element("phrases").lang = language;
  element("phrases").replaceChildren(
    ...said.shown.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }),
  );
  element("qui").textContent = words.needs[said.needs];
  element("empreinte").textContent = said.digest;
  element("empreinte-rapport").textContent = said.report;
  element("signataires").append(
    ...signers.map(({ name, role }, index) => {
      const choice = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name: "signataire", value: String(index), required: true });
      input.checked = signers.length === 1;
      choice.append(input, ` ${name} (${words.role[role]})`);
      return choice;
    }),
  );
  element("oui").onsubmit = async (event) => {
    event.preventDefault();
    await approve(request).catch((error) => say(failure(error)));
  };
  show("demande");
}

/** Lines for approvers.yaml. A text in JSON is one in YAML too. */
function linesOf({ name, role, id, publicKey }) {
  return [
    `  - name: ${JSON.stringify(name)}`,
    `    role: ${role}`,
    "    passkey:",
    `      origin: ${location.origin}`,
    `      id: ${id}`,
    `      publicKey: ${publicKey}`,
    `    from: ${new Date().toISOString().slice(0, 10)}`,
    "",
  ].join("\n");
}

async function register() {
  say("");
  const said = new FormData(element("creer"));
  const [name, role] = [String(said.get("fonction")).trim(), String(said.get("role"))];
  const { rawId, response } = await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: `Accords, ${place}` },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      // ES256, EdDSA, RS256: what is verified, the usual one first.
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
      attestation: "none",
    },
  });
  const publicKey = response.getPublicKey();
  if (publicKey === null) throw new Error("no public key");
  const text = linesOf({ name, role, id: encode(rawId), publicKey: encode(publicKey) });
  giveOut("cle", { ...{ subject: `Clé d’accès : ${name}`, text, file: "cle-d-acces.yaml" } });
}

async function begin() {
  addEventListener("hashchange", () => location.reload());
  if (typeof PublicKeyCredential === "undefined" || typeof DecompressionStream === "undefined") {
    show("sans");
    return;
  }
  element("creer").onsubmit = async (event) => {
    event.preventDefault();
    await register().catch((error) => say(failure(error)));
  };
  if (location.hash === "") {
    show("accueil");
    return;
  }
  try {
    const request = await readRequest(location.hash.slice(1));
    if (request.said.stack === commune) ask(request);
    else {
      show("accueil");
      say(`Ce lien est pour une autre commune (${request.said.stack}). Rien n’est signé.`);
    }
  } catch {
    show("accueil");
    say(
      "Ce lien n’est pas entier, ou n’est pas une demande. Ouvrez-le de nouveau depuis ce que vous avez reçu.",
    );
  }
}

await begin();
