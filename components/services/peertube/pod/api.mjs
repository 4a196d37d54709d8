import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Name, network policy and server may come after the pod, and what was open may close once more while policies reach its node.
const passing = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
const starting = new Set([502, 503, 504]);

function passes({ status, cause, ...own }, isReading) {
  const { code, syscall } = cause ?? own;
  return passing.has(code) || (code === "ETIMEDOUT" && syscall === "connect") || (isReading && starting.has(status));
}

// Asks again for two minutes at most while nothing was connected to or, for what only reads, nginx has no server behind it yet.
async function reached(what, work, isReading = false) {
  const end = Date.now() + 120_000;
  for (let said = ""; ; await sleep(1000)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error, isReading)) throw error;
      const { code, message } = error.cause ?? error;
      const why = message || code;
      if (Date.now() > end) throw new Error(what + " cannot be reached: " + why);
      if (why !== said) console.error(what + " is waited for: " + why);
      said = why;
    }
  }
}

class Api {
  #token;

  constructor(server, host) {
    this.server = server;
    this.host = host;
  }

  ask(method, path, content) {
    return reached(this.server, () => this.#once(method, path, content), method === "GET");
  }

  // fetch() would send the name of the server instead of the public one, which PeerTube insists on.
  #once(method, path, { type, body } = {}) {
    const headers = { host: this.host };
    if (this.#token) headers.authorization = "Bearer " + this.#token;
    if (type) headers["content-type"] = type;
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.server), { method, headers }, (answer) => {
        const { statusCode: status } = answer;
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => (text += part)).on("error", reject);
        answer.on("end", () => {
          if (status < 300) resolve(text === "" ? undefined : JSON.parse(text));
          else {
            const words = method + " " + path.split("?")[0] + " was answered with " + status + ": " + text.slice(0, 300);
            reject(Object.assign(new Error(words), { status, text }));
          }
        });
      });
      asked.on("error", reject).end(body);
    });
  }

  change(method, path, body) {
    return this.ask(method, path, { type: "application/json", body: JSON.stringify(body) });
  }

  async logIn(password) {
    const client = await this.ask("GET", "/api/v1/oauth-clients/local");
    const form = new URLSearchParams({ ...client, grant_type: "password", response_type: "code", username: "root", password });
    const type = "application/x-www-form-urlencoded";
    try {
      const { access_token } = await this.ask("POST", "/api/v1/users/token", { type, body: form.toString() });
      this.#token = access_token;
    } catch (error) {
      throw new Error("root cannot log in with its first password; it was changed, or asks for a second factor. " + error.message);
    }
  }
}
