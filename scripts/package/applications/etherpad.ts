import { type Account, type Adapter, form, type Reached } from "./adapter.ts";

/** Source: https://github.com/ether/etherpad-lite/blob/v2.5.3/doc/api/http_api.md */
interface Said {
  code?: number;
  data?: { text?: string } | null;
}

/** Calls the interface for programs, whose key is the board's password. */
async function call(at: Reached, name: string, fields: Record<string, string>, key = at.account?.password) {
  const answer = await at.ask(`/api/1.2.14/${name}`, form({ apikey: key ?? "", ...fields }));
  try {
    return JSON.parse(answer.text) as Said;
  } catch {
    return {};
  }
}

async function write(at: Reached, mark: string): Promise<void> {
  const text = `Texte ${mark} fin\n`;
  const made = await call(at, "createPad", { padID: mark, text });
  // 1 is a pad that is there already.
  const set = made.code === 0 ? made : await call(at, "setText", { padID: mark, text });
  if (set.code !== 0) throw new Error("a pad cannot be written");
}

const basic = ({ user, password }: Account) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** A pad as a browser asks for it to keep it: as text. */
async function read(at: Reached, mark: string, account?: Account): Promise<string | undefined> {
  const headers: Record<string, string> = account ? { authorization: basic(account) } : {};
  const { status, text } = await at.ask(`/p/${mark}/export/txt`, { headers });
  return status === 200 && text.includes(`Texte ${mark} fin`) ? text : undefined;
}

/** Whether the pages for administrators are there for somebody: Etherpad takes capitals for small letters. */
async function administers(at: Reached, account?: Account): Promise<boolean> {
  const headers: Record<string, string> = account ? { authorization: basic(account) } : {};
  const seen = await Promise.all(["/admin/", "/Admin/"].map((path) => at.ask(path, { headers })));
  return seen.some(({ status }) => status === 200);
}

/** Pads: written by the interface for programs, and read as a browser does. */
export const etherpad: Adapter = {
  page: "/health",
  write,
  async find(at, mark) {
    const { data } = await call(at, "getText", { padID: mark });
    return data?.text?.includes(`Texte ${mark} fin`) ? data.text : undefined;
  },
  async visits(at, access) {
    const mark = `visites-${access}`;
    await write(at, mark);
    const wrong = at.account && { ...at.account, password: "wrong" };
    const byStranger = await call(at, "createPad", { padID: `etranger-${access}` }, "wrong");
    return [
      { who: "a stranger reads", may: false, did: (await read(at, mark)) !== undefined },
      { who: "a stranger writes", may: false, did: byStranger.code === 0 },
      { who: "a wrong password reads", may: false, did: (await read(at, mark, wrong)) !== undefined },
      ...(at.members
        ? [{ who: "a member reads", may: true, did: (await read(at, mark, at.members)) !== undefined }]
        : []),
      { who: "the board reads", may: true, did: (await read(at, mark, at.account)) !== undefined },
      { who: "the board has programs installed", may: false, did: await administers(at, at.account) },
    ];
  },
};
