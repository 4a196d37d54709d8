import { createHash } from "node:crypto";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { signedHeaders } from "../../../../components/recovery/vault/bucket/sign.ts";
import { messageOf, Refusal } from "../refusal.ts";
import type { BucketSettings } from "./bucket-settings.ts";
import type { Files } from "./files.ts";
import type { Stoplight } from "./stoplight.ts";

/** Failure to reach the store: refused, cut, or silent for too long. Upstream's Seahorse::Client::NetworkingError. */
export class NetworkingError extends Error {
  override name = "Seahorse::Client::NetworkingError";
}

/** Answer of the store other than success. Upstream's Aws::Errors::ServiceError. */
export class ServiceError extends Error {
  override name = "Aws::Errors::ServiceError";
}

/**
 * Attachments in an S3 store. Nothing is tried twice, as upstream's `retry_limit` of 0 has it.
 * Source: config/initializers/paperclip.rb of v4.6.5, lib/paperclip/storage/s3.rb of kreeti/kt-paperclip.
 */
export class BucketFiles implements Files {
  constructor(
    private readonly settings: BucketSettings,
    private readonly light: Pick<Stoplight, "run">,
  ) {}

  async write(path: string, bytes: Uint8Array, type: string): Promise<void> {
    const { acl } = this.settings;
    const headers = {
      "content-type": type,
      "cache-control": "public, max-age=315576000, immutable",
      ...(acl !== undefined && { "x-amz-acl": acl }),
    };
    await this.light.run(() => this.ask("PUT", path, headers, bytes));
  }

  /** Deletes an object; what the store answers is no matter, as upstream. Throws NetworkingError. */
  async remove(path: string): Promise<void> {
    await this.ask("DELETE", path, {}, new Uint8Array()).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
    });
  }

  private async ask(
    method: "PUT" | "DELETE",
    path: string,
    own: Record<string, string>,
    bytes: Uint8Array,
  ): Promise<void> {
    const { address, prefix, region, keys, silentMs } = this.settings;
    if (keys === undefined) throw new ServiceError("Aws::Sigv4::Errors::MissingCredentialsError");
    const url = new URL(`${address}${prefix}${path}`);
    const payload = createHash("sha256").update(bytes).digest("hex");
    const headers = signedHeaders({ method, url, headers: own, payload }, { region, ...keys }, new Date());
    const request = url.protocol === "https:" ? requestTls : requestPlain;
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const fail = (error: unknown) => reject(new NetworkingError(messageOf(error)));
      const asked = request(url, { method, headers, timeout: silentMs }, (answer) => {
        let said = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          said += part;
        });
        answer.on("error", fail).on("end", () => resolve({ status: answer.statusCode ?? 0, text: said }));
      });
      asked.on("timeout", () => asked.destroy(new Error(`no answer within ${silentMs / 1000} s`)));
      asked.on("error", fail).end(bytes);
    });
    if (status < 200 || status > 299) throw new ServiceError(`${method} ${url.pathname}: ${status} ${text}`);
  }
}

/** Throws Refusal unless there are keys to the bucket: for processes that write to it. */
export function requireKeys({ keys }: BucketSettings): void {
  if (keys !== undefined) return;
  throw new Refusal(
    "S3_ENABLED is true without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: upstream fails at the first upload only.",
  );
}
