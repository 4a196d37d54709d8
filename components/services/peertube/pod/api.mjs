import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// A network policy takes a moment to reach every node, and failing would cost the Job one of its tries.
async function reached(what, work) {
  for (let second = 0; ; second++) {
    try {
      return await work();
    } catch (error) {
      const { code, message } = error.cause ?? error;
      if (typeof code !== "string") throw error;
      if (second === 60) throw new Error(what + " cannot be reached: " + (message || code));
      await sleep(1000);
    }
  }
}

class Api {
  #token;

  constructor(server, host) {
    this.server = server;
    this.host = host;
  }

  // fetch() would send the name of the server instead of the public one, which PeerTube insists on.
  ask(method, path, { type, body } = {}) {
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
    const client = await reached(this.server, () => this.ask("GET", "/api/v1/oauth-clients/local"));
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
