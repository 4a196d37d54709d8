import { Redis } from "ioredis";
import type { RedisAddress } from "./environment.ts";
import { messageOf, Refusal } from "./refusal.ts";

/**
 * A connection that has answered once, and then comes back automatically after an outage. Throws Refusal when
 * the server is not there or does not take the password: upstream would only say so in its log.
 */
export async function openRedis(address: RedisAddress): Promise<Redis> {
  const client = new Redis({ ...address, family: 0, lazyConnect: true });
  let last: unknown;
  client.on("error", (error) => {
    last = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    throw refusalOf(last ?? error, address);
  }
  client.on("error", (error) => console.error(`RedisClient::ConnectionError: ${error.message}`));
  return client;
}

function refusalOf(error: unknown, { host, port }: RedisAddress): Refusal {
  const said = messageOf(error);
  if (/WRONGPASS|NOAUTH|invalid password|Client sent AUTH/.test(said)) {
    return new Refusal(`RedisClient::AuthenticationError: ${said} (redis://${host}:${port})`);
  }
  return new Refusal(`RedisClient::CannotConnectError: ${said} (redis://${host}:${port})`);
}
