import { type Account, type Adapter, expectStatus, pretended, type Reached } from "./adapter.ts";

const agenda = "/bureau/agenda";
const contacts = "/bureau/contacts";

/** Headers that telephones send with each request. */
function as(account: Account | undefined, type?: string): Record<string, string> {
  const { user, password } = account ?? { user: "membres", password: "none" };
  return {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
    ...(type !== undefined && { "content-type": type }),
  };
}

const event = (mark: string) =>
  [
    ...[
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//commune-cloud//check//FR",
      "BEGIN:VEVENT",
      `UID:${mark}`,
    ],
    ...["DTSTAMP:20261127T080000Z", "DTSTART:20261201T190000Z", "DTEND:20261201T210000Z"],
    ...[`SUMMARY:Texte ${mark} fin`, "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");

const put = ({ ask }: Reached, mark: string, account: Account | undefined) =>
  ask(`${agenda}/${mark}.ics`, {
    method: "PUT",
    headers: as(account, "text/calendar; charset=utf-8"),
    body: event(mark),
  });

/** An agenda and contacts: events are put and asked for as telephones do. */
export const radicale: Adapter = {
  page: `${agenda}/`,
  async write(at, mark) {
    expectStatus(await put(at, mark, at.account), 201);
  },
  async find({ ask, account }, mark) {
    const { status, text } = await ask(`${agenda}/${mark}.ics`, { headers: as(account) });
    return status === 200 && text.includes(`Texte ${mark} fin`) ? text : undefined;
  },
  async visits(at, access) {
    const { ask, account, members } = at;
    const isMembers = access === "members";
    const reads = async (path: string, headers?: Record<string, string>) =>
      (await ask(`${path}/`, headers && { headers })).status === 200;
    const listed = await ask("/membres/", {
      method: "PROPFIND",
      headers: { ...as(members, "application/xml"), depth: "1" },
      body: '<propfind xmlns="DAV:"><prop><displayname/></prop></propfind>',
    });
    const strange = await ask(`${agenda}/x.ics`, {
      ...{ method: "PUT", headers: { "content-type": "text/calendar" }, body: event("x") },
    });
    const wrong = account && { ...account, password: `${account.password}x` };
    return [
      { who: "a stranger reads the agenda", may: access === "public", did: await reads(agenda) },
      { who: "a stranger reads the contacts", may: false, did: await reads(contacts) },
      { who: "a stranger writes", may: false, did: strange.status < 400 },
      { who: "a wrong password reads the contacts", may: false, did: await reads(contacts, as(wrong)) },
      { who: "a member reads the agenda", may: isMembers, did: await reads("/membres/agenda", as(members)) },
      { who: "a member reads the contacts", may: isMembers, did: await reads(contacts, as(members)) },
      {
        who: "a telephone of a member finds agenda and contacts",
        may: isMembers,
        did:
          listed.status === 207 &&
          /\/membres\/agenda\/.*\/membres\/contacts\/|contacts.*agenda/s.test(listed.text),
      },
      { who: "a member writes", may: false, did: (await put(at, "member", members)).status < 400 },
      { who: "the board reads the contacts", may: true, did: await reads(contacts, as(account)) },
      { who: "the board writes", may: true, did: (await put(at, "board", account)).status < 300 },
    ];
  },
  async visitsByLogin(at, access, { administrator, member: own, other }) {
    const { ask, account, members } = at;
    const isMembers = access === "members";
    const reads = async (path: string, headers: Record<string, string>) =>
      (await ask(`${path}/`, { headers })).status === 200;
    const writes = async (who: string, headers: Record<string, string>) => {
      const type = { "content-type": "text/calendar; charset=utf-8" };
      const sent = { method: "PUT", headers: { ...headers, ...type }, body: event(who) };
      return (await ask(`${agenda}/${who}.ics`, sent)).status < 300;
    };
    // The page in a browser: it begins as the account of who is known.
    const opensPage = async (headers: Record<string, string>, name = "") => {
      const { status, text } = await ask("/.web/", { headers });
      return status === 200 && text.includes(`.value = "${name}`);
    };
    const isPublic = access === "public";
    const wrong = account && { ...account, password: `${account.password}x` };
    return [
      { who: "a stranger reads the agenda", may: isPublic, did: await reads(agenda, {}) },
      {
        who: "a stranger who says to be another opens the page",
        may: false,
        did: await opensPage(pretended),
      },
      {
        who: "a stranger who says to be another reads the contacts",
        may: false,
        did: await reads(contacts, pretended),
      },
      { who: "a stranger who says to be another writes", may: false, did: await writes("dit", pretended) },
      { who: "a member opens the page", may: isMembers, did: await opensPage({ cookie: own }, "membres") },
      { who: "a member reads the contacts", may: isMembers, did: await reads(contacts, { cookie: own }) },
      { who: "a member writes", may: false, did: await writes("membre", { cookie: own }) },
      {
        who: "a member who says to be another writes",
        may: false,
        did: await writes("dit", { ...pretended, cookie: own }),
      },
      {
        who: "a member of another association opens the page",
        may: false,
        did: await opensPage({ cookie: other }),
      },
      {
        who: "a member of another association reads the contacts",
        may: false,
        did: await reads(contacts, { cookie: other }),
      },
      {
        who: "who administers opens the page",
        may: true,
        did: await opensPage({ cookie: administrator }, "bureau"),
      },
      { who: "who administers writes", may: true, did: await writes("gerante", { cookie: administrator }) },
      {
        who: "a telephone of the board reads the contacts",
        may: true,
        did: await reads(contacts, as(account)),
      },
      {
        who: "a telephone of a member reads the contacts",
        may: isMembers,
        did: await reads(contacts, as(members)),
      },
      { who: "a telephone with a wrong password reads", may: false, did: await reads(contacts, as(wrong)) },
      {
        who: "a telephone with a wrong password that says to be another reads",
        may: false,
        did: await reads(contacts, { ...as(wrong), ...pretended }),
      },
    ];
  },
};
