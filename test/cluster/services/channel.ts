import { expect, test } from "vitest";
import { associationsScript, forgetsChannel } from "../../../components/services/peertube/associations.ts";
import type { Town } from "./town.ts";

const contact = "bureau@chorale.test";
const password = "une chorale de gratte-ciel";

/** The channel of an association, from its file to its end: each of its tests, for the moment that it belongs to. */
export function channelOf(town: Town) {
  const { visitor, letters } = town;
  const inPod = async (command: readonly string[], input = "") => {
    const { said, failed } = await town.within("peertube", "deployment/peertube", "peertube", command, input);
    return { failed, said: said.trim() };
  };
  const logIn = (as = contact) => visitor.token(password, as);
  const me = async () =>
    (await visitor.json("/api/v1/users/me", { headers: await logIn() })) as {
      username: string;
      videoChannels: { name: string; displayName: string }[];
    };
  const videos = async () => {
    const { data } = await visitor.json<{ data: { name: string; channel: { displayName: string } }[] }>(
      "/api/v1/videos?isLocal=true",
    );
    return data;
  };

  return {
    isMade: () =>
      test("is made by an update, and its people choose the password by a letter", async () => {
        const asked = () => letters.to(contact, "reset-password");
        await expect.poll(asked, { timeout: 60_000 }).toHaveLength(1);
        const [letter = ""] = await asked();
        const [, user, verificationString] = /userId=(\d+)&verificationString=(\w+)/.exec(letter) ?? [];
        const chosen = await visitor.ask(`/api/v1/users/${user}/reset-password`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ verificationString, password }),
        });
        expect(chosen.status).toBe(204);
        const { username, videoChannels } = await me();
        expect({ username, videoChannels }).toEqual({
          username: "chorale_compte",
          videoChannels: [
            expect.objectContaining({ name: "chorale", displayName: "Chorale des Gratte-Ciel" }),
          ],
        });
        await visitor.upload("Concert de Noël", Buffer.alloc(2048, 7), 1, await logIn());
        expect(await videos()).toContainEqual(
          expect.objectContaining({
            name: "Concert de Noël",
            channel: expect.objectContaining({ displayName: "Chorale des Gratte-Ciel" }),
          }),
        );
        // It may publish, and nothing else.
        const users = await visitor.ask("/api/v1/users", { headers: await logIn() });
        expect(users.status).toBe(403);
        expect((await visitor.ask("/api/v1/users", { headers: town.root })).status).toBe(200);
      }),

    isNobodyElses: () =>
      test("is never somebody else's of that name, nor of that mailbox", async () => {
        const judo = { tenant: "judo", user: "chorale", name: "Judo", contact: "a@judo.test", isOpen: true };
        const secret = `umask 077; printf %s "$PT_INITIAL_ROOT_PASSWORD" > /tmp/root`;
        const program = `${secret}; exec node --input-type=module --eval "$1" x /dev/stdin /tmp/root`;
        const converge = (association: object) =>
          inPod(
            ["sh", "-c", program, "x", associationsScript()],
            JSON.stringify({
              server: "http://127.0.0.1:9000",
              host: `video.${town.commune}.test`,
              associations: [association],
            }),
          );
        for (const [other, reason] of [
          [judo, "User with this username or email already exists."],
          [{ ...judo, user: "judo", contact }, "User with this username or email already exists."],
          [{ ...judo, user: "root_channel" }, "Channel with name root_channel already exists."],
          [{ ...judo, tenant: "chorale", user: "choeur" }, "it has @chorale, which cannot be renamed"],
        ] as const)
          expect(await converge(other), JSON.stringify(other)).toEqual({
            failed: true,
            said: expect.stringContaining(`${other.tenant}: ${reason}`),
          });
        const marks = await inPod(["ls", "/data/commune-associations"]);
        expect(marks.said).toBe("chorale.json");
      }),

    isClosed: () =>
      test("is closed while the association is suspended, and its videos stay", async () => {
        await expect(logIn()).rejects.toThrow("User is blocked");
        expect((await videos()).map(({ name }) => name)).toContain("Concert de Noël");
      }),

    isOpenAgain: () =>
      test("is open again with the association, in the next version, and no second letter came", async () => {
        expect((await me()).username).toBe("chorale_compte");
        expect(await letters.to(contact, "reset-password")).toHaveLength(1);
      }),

    goes: () =>
      test("goes with the association alone, and all its videos with it", async () => {
        const forget = (tenant: string) => inPod(forgetsChannel.command(tenant, ""));
        expect(await forget("judo")).toEqual({ failed: false, said: "" });
        expect((await me()).username).toBe("chorale_compte");
        for (let time = 0; time < 2; time++)
          expect(await forget("chorale")).toEqual({ failed: false, said: "" });
        await expect(logIn()).rejects.toThrow("credentials are invalid");
        expect((await videos()).map(({ name }) => name)).toEqual(["Conseil municipal"]);
      }),
  };
}
