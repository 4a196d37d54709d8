import { describe, expect, it } from "vitest";
import * as z from "zod";
import { address as httpsAddress } from "../../../components/foundation/declaration/address.ts";
import { base64 } from "../../../components/foundation/declaration/base64.ts";
import { choice, nearest } from "../../../components/foundation/declaration/choice.ts";
import { count } from "../../../components/foundation/declaration/count.ts";
import { cpu, cpuOf } from "../../../components/foundation/declaration/cpu.ts";
import { date } from "../../../components/foundation/declaration/date.ts";
import { domain } from "../../../components/foundation/declaration/domain.ts";
import { duration, durationOf } from "../../../components/foundation/declaration/duration.ts";
import { email } from "../../../components/foundation/declaration/email.ts";
import { flag } from "../../../components/foundation/declaration/flag.ts";
import {
  communeId,
  identifierFrom,
  longestIdentifier,
  tenantId,
} from "../../../components/foundation/declaration/identifier.ts";
import { inseeCode } from "../../../components/foundation/declaration/insee.ts";
import { line } from "../../../components/foundation/declaration/line.ts";
import { list } from "../../../components/foundation/declaration/list.ts";
import { writeQuantity } from "../../../components/foundation/declaration/quantity.ts";
import { size, sizeOf } from "../../../components/foundation/declaration/size.ts";
import { version } from "../../../components/foundation/declaration/version.ts";

/** Returns the value that a word of the vocabulary reads, or what it says about it. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : result.error.issues.map(({ message }) => message).join("\n");
}

describe("a size", () => {
  it("is read into bytes and a Kubernetes quantity", () => {
    expect(read(size(), "5 GiB")).toEqual({ bytes: 5 * 2 ** 30, quantity: "5Gi", text: "5 GiB" });
    expect(read(size(), "512 MiB")).toEqual({ bytes: 512 * 2 ** 20, quantity: "512Mi", text: "512 MiB" });
    expect(sizeOf("3 TiB").quantity).toBe("3Ti");
  });

  it.each([
    ["5", '"5" has no unit. Write a size such as "5 GiB".'],
    [5, '5 has no unit. Write a size such as "5 GiB".'],
    ["5GiB", '"5GiB" is not the usual spelling. Write "5 GiB".'],
    ["5 Gio", '"5 Gio" is not the usual spelling. Write "5 GiB".'],
    ["5 gb", '"5 gb" is not the usual spelling. Write "5 GiB".'],
    ["05 GiB", '"05 GiB" is not the usual spelling. Write "5 GiB".'],
    ["1.5 GiB", '"1.5 GiB" is not the usual spelling. Write "1536 MiB".'],
    ["0 GiB", '"0 GiB" is nothing. Write a size such as "5 GiB".'],
    ["-5 GiB", '"-5 GiB" is not a number and a unit. Write a size such as "5 GiB".'],
    [
      "5 elephants",
      '"5 elephants" has the unknown unit "elephants" (known: KiB, MiB, GiB, TiB). Write a size such as "5 GiB".',
    ],
    ["999999999 TiB", '"999999999 TiB" is too large. Write a size such as "5 GiB".'],
    ["", '"" is empty. Write a size such as "5 GiB".'],
    [null, 'has no value. Write a size such as "5 GiB".'],
    [undefined, 'is missing. Write a size such as "5 GiB".'],
    [["5 GiB"], 'is a list here. Write a size such as "5 GiB".'],
  ])("%j is refused", (value, message) => expect(read(size(), value)).toBe(message));

  it("keeps to its bounds, both included", () => {
    const bounded = size({ minimum: "1 GiB", maximum: "2 TiB" });
    expect(read(bounded, "1024 MiB")).toMatchObject({ bytes: 2 ** 30 });
    expect(read(bounded, "2 TiB")).toMatchObject({ bytes: 2 ** 41 });
    expect(read(bounded, "1023 MiB")).toContain("is less than 1 GiB, the least allowed");
    expect(read(bounded, "2049 GiB")).toContain("is more than 2 TiB, the most allowed");
  });

  it("that only the program knows cannot be wrong unnoticed", () =>
    expect(() => sizeOf("5GB")).toThrow(RangeError));
});

describe("a duration", () => {
  it.each([
    ["1 second", 1],
    ["15 minutes", 900],
    ["1 hour", 3600],
    ["2 days", 172_800],
  ])("%s is %d seconds", (text, seconds) => expect(read(duration(), text)).toEqual({ seconds, text }));

  it.each([
    ["1 days", '"1 days" is not the usual spelling. Write "1 day".'],
    ["2 hour", '"2 hour" is not the usual spelling. Write "2 hours".'],
    ["15min", '"15min" is not the usual spelling. Write "15 minutes".'],
    ["1.5 hours", '"1.5 hours" is not the usual spelling. Write "90 minutes".'],
    ["3 jours", '"3 jours" is not the usual spelling. Write "3 days".'],
    [
      "1 month",
      '"1 month" has the unknown unit "month" (known: seconds, minutes, hours, days). Write a duration such as "15 minutes".',
    ],
    [15, '15 has no unit. Write a duration such as "15 minutes".'],
  ])("%j is refused", (value, message) => expect(read(duration(), value)).toBe(message));

  it("is written in the largest unit without decimals", () => {
    const units = [
      { one: "second", many: "seconds", worth: 1, meant: [] },
      { one: "minute", many: "minutes", worth: 60, meant: [] },
    ];
    expect(writeQuantity(60, units)).toBe("1 minute");
    expect(writeQuantity(90, units)).toBe("90 seconds");
    expect(durationOf("90 minutes").seconds).toBe(5400);
  });
});

describe("a date", () => {
  it.each([
    ["le 3 décembre 2026", '"le 3 décembre 2026" is not a date. Write a date such as "2026-11-25".'],
    ["03/12/2026", '"03/12/2026" is not a date. Write a date such as "2026-11-25".'],
    ["2026-02-30", '"2026-02-30" is no day of the calendar. Write a date such as "2026-11-25".'],
  ])("%j is refused", (value, message) => expect(read(date(), value)).toBe(message));
});

describe("a number of cores", () => {
  it("is read into millicores and a Kubernetes quantity", () => {
    expect(read(cpu(), "0.25 cores")).toEqual({ millicores: 250, quantity: "250m", text: "0.25 cores" });
    expect(cpuOf("1 core").quantity).toBe("1");
    expect(cpuOf("1.5 cores").quantity).toBe("1500m");
  });

  it.each([
    ["250m", '"250m" is not the usual spelling. Write "0.25 cores".'],
    ["1.0 core", '"1.0 core" is not the usual spelling. Write "1 core".'],
    ["0.250 cores", '"0.250 cores" is not the usual spelling. Write "0.25 cores".'],
    ["2 vCPU", '"2 vCPU" is not the usual spelling. Write "2 cores".'],
    ["0.0005 cores", '"0.0005 cores" is finer than the smallest unit. Write "0.001 cores".'],
    [2, '2 has no unit. Write a number of cores such as "0.25 cores".'],
  ])("%j is refused", (value, message) => expect(read(cpu(), value)).toBe(message));
});

describe("a domain name", () => {
  it.each([
    "villeurbanne.fr",
    "cloud.villeurbanne.test",
    "a-b.c1.example",
    "xn--mdiathque-53af.test",
    `${"a".repeat(63)}.fr`,
  ])("%s is one", (text) => expect(read(domain(), text)).toBe(text));

  it.each([
    ["Villeurbanne.fr", 'has capital letters. Write "villeurbanne.fr".'],
    [
      "médiathèque.test",
      'has letters that the domain name system spells otherwise. Write "xn--mdiathque-53af.test".',
    ],
    ["москва.рф", 'has letters that the domain name system spells otherwise. Write "xn--80adxhks.xn--p1ai".'],
    ["villeurbanne.fr.", 'ends with a dot. Write "villeurbanne.fr".'],
    ["villeurbanne", "has no dot."],
    ["https://villeurbanne.fr", "is an address, not a domain name."],
    ["*.villeurbanne.fr", "has a wildcard"],
    ["192.0.2.1", "is not a domain name but a number"],
    ["2001:db8::1", "is not a domain name but a number"],
    ["a..fr", "is not a domain name"],
    ["-a.fr", "is not a domain name"],
    ["a_b.fr", "is not a domain name"],
    [`${"a".repeat(64)}.fr`, "has a part longer than 63 characters"],
    [`${"a.".repeat(130)}fr`, "is longer than 253 characters"],
    ["xn--a.fr", "is not the ASCII form of an international name"],
  ])("%s is refused", (text, reason) => expect(read(domain(), text)).toContain(reason));
});

describe("a mail address", () => {
  it.each(["numerique@villeurbanne.fr", "a.b+c_d%e-f@x.test", "A1@x.test"])("%s is one", (text) =>
    expect(read(email(), text)).toBe(text),
  );

  it.each([
    ["a@b", "has a domain that has no dot"],
    ["a@Villeurbanne.fr", 'Write "a@villeurbanne.fr".'],
    ["a b@x.test", "before the @"],
    ["a..b@x.test", "before the @"],
    [".a@x.test", "before the @"],
    ["a@b@x.test", "exactly one @"],
    ["x.test", "exactly one @"],
    ['"a"@x.test', "before the @"],
    ["é@x.test", "before the @"],
  ])("%s is refused", (text, reason) => expect(read(email(), text)).toContain(reason));
});

describe("an INSEE code", () => {
  it.each(["69266", "01004", "2A004", "2B033", "97105", "97411", "97502", "98818", "95680", "75056"])(
    "%s is one",
    (code) => expect(read(inseeCode(), code)).toBe(code),
  );

  it.each([
    ["2a004", 'has a small letter for Corsica. Write "2A004".'],
    ["20004", "is a postal code: INSEE codes of Corsica start with 2A or 2B"],
    ["69000", "is not a commune but a whole department"],
    ["97100", "is not a commune but a whole department"],
    ["96001", "is not the INSEE code"],
    ["00123", "is not the INSEE code"],
    ["2C004", "is not the INSEE code"],
    ["97901", "is not the INSEE code"],
    ["6926", "is not the INSEE code"],
    ["692660", "is longer than 5 characters"],
    [69266, '69266 is a number. Write the INSEE code in quotes, such as "69266".'],
  ])("%j is refused", (code, reason) => expect(read(inseeCode(), code)).toContain(reason));
});

describe("an id", () => {
  it("leaves room for the longest namespace", () => {
    const id = "a".repeat(longestIdentifier);
    expect(read(communeId(), id)).toBe(id);
    expect(`${id}-t-${id}`.length).toBeLessThanOrEqual(63);
    expect(read(tenantId(), `${id}a`)).toContain("is longer than 30 characters");
  });

  it.each([
    ["Villeurbanne", 'Write "villeurbanne".'],
    ["Saint-Étienne", 'Write "saint-etienne".'],
    ["vaulx en velin", 'Write "vaulx-en-velin".'],
    ["a--b", 'has two hyphens in a row. Write "a-b".'],
    ["a-t-b", 'contains "-t-"'],
    ["1a", "a letter first"],
    ["-", "a letter first"],
    ["a-", 'Write "a".'],
  ])("%s is refused", (text, reason) => expect(read(communeId(), text)).toContain(reason));

  it("can be made from a name", () => {
    expect(identifierFrom("L'Haÿ-les-Roses")).toBe("l-hay-les-roses");
    expect(identifierFrom("Œuilly")).toBe("oeuilly");
    expect(identifierFrom("北京")).toBeUndefined();
  });
});

describe("other words", () => {
  it("a version is exact", () => {
    expect(read(version(), "33.0.7")).toBe("33.0.7");
    expect(read(version(), "4.5.0-rc.1")).toBe("4.5.0-rc.1");
    expect(read(version(), "33.0")).toBe(
      '"33.0" is not a version in three parts. Write a version such as "33.0.7".',
    );
    expect(read(version(), 33.1)).toBe('33.1 is not a whole version. Write a version such as "33.0.7".');
    expect(read(version(), "v33.0.7")).toContain('Write "33.0.7".');
    expect(read(version(), "latest")).toContain("is not one exact version");
    expect(read(version(), "^33.0.7")).toContain("is not one exact version");
  });

  it("a line hides nothing", () => {
    expect(read(line(), "Saint-Étienne")).toBe("Saint-Étienne");
    expect(read(line(), "a\nb")).toContain("has a line break or a character that cannot be seen");
    expect(read(line(), "a\u202eb")).toContain("\\u{202e}");
    expect(read(line(), " a")).toContain('Write "a".');
    expect(read(line(), "   ")).toContain("starts or ends with a space");
    expect(read(line(), "E\u0301tienne")).toContain('Write "Étienne".');
    expect(read(line({ maximumLength: 3 }), "abcd")).toContain("is longer than 3 characters");
  });

  it("a count is whole and bounded", () => {
    const people = count({ minimum: 1, maximum: 500, example: 20 });
    expect(read(people, 500)).toBe(500);
    expect(read(people, 0)).toBe("0 is too small. Write a whole number from 1 to 500, such as 20.");
    expect(read(people, 501)).toContain("501 is too large");
    expect(read(people, 1.5)).toContain("1.5 is not a whole number");
    expect(read(people, "20")).toContain('"20" is a text');
  });

  it("a flag is true or false", () => {
    expect(read(flag(), false)).toBe(false);
    expect(read(flag(), "yes")).toBe('"yes" is a text. Write true or false.');
  });

  it("a choice never takes free text", () => {
    const transcoding = choice(["sober", "full"]);
    expect(read(transcoding, "full")).toBe("full");
    expect(read(transcoding, "ful")).toBe(
      '"ful" is not a choice here. Did you mean "full"? Write sober or full.',
    );
    expect(read(transcoding, "elephant")).toBe('"elephant" is not a choice here. Write sober or full.');
    expect(read(transcoding, undefined)).toBe("is missing. Write sober or full.");
    expect(nearest("Calender", ["calendar", "contacts"])).toBe("calendar");
    expect(nearest("x", [])).toBeUndefined();
    // The beginning of one word, and of no other.
    expect(nearest("quota", ["quotaPerUser", "version"])).toBe("quotaPerUser");
    expect(nearest("media", ["mediaRetention", "mediaFolder"])).toBeUndefined();
  });

  it("a list has no repetitions", () => {
    const apps = list(choice(["calendar", "contacts"]), { minimum: 1, noun: "apps" });
    expect(read(apps, ["contacts", "calendar"])).toEqual(["contacts", "calendar"]);
    expect(read(apps, ["contacts", "contacts"])).toBe('"contacts" is listed twice. Remove one.');
    expect(read(apps, [])).toContain("at least 1");
    expect(read(apps, "calendar")).toContain("is a text. Write a list of apps");
  });
});

describe("the schema for editors", () => {
  it("agrees with the reader on the spelling of every unit", () => {
    const words = [size(), duration(), cpu(), domain(), email(), version(), inseeCode(), communeId()];
    for (const word of words) {
      const { pattern, examples, maxLength } = z.toJSONSchema(word, { io: "input" });
      const [example] = examples ?? [];
      expect(example).toMatch(new RegExp(String(pattern)));
      expect(String(example).length).toBeLessThanOrEqual(Number(maxLength));
      expect(word.safeParse(example).success).toBe(true);
    }
  });
});

describe("an https address", () => {
  const address = httpsAddress({ example: "https://s3.villeurbanne.fr" });

  it.each(["https://s3.villeurbanne.fr", "https://s3.lyon.fr:8443", "https://sso.lyon.fr/realms/agents"])(
    "%s is one",
    (text) => expect(read(address, text)).toBe(text),
  );

  it.each([
    ["http://s3.lyon.fr", "does not start with https://"],
    ["s3.lyon.fr", "does not start with https://"],
    ["https://s3.lyon.fr/", 'ends with a slash. Write "https://s3.lyon.fr".'],
    ["https://S3.lyon.fr", 'is not in its plain spelling. Write "https://s3.lyon.fr".'],
    ["https://user:word@s3.lyon.fr", "is not an address of a host and a path alone"],
    ["https://s3.lyon.fr?x=1", "is not an address of a host and a path alone"],
    ["https://localhost", "names a host that has no dot"],
    ["https://10.0.0.1", "names a host that is not a domain name but a number"],
  ])("%s is refused", (text, reason) => expect(read(address, text)).toContain(reason));
});

describe("base64 text", () => {
  it.each(["AA==", "AAA=", "AAAA", "MCowBQYDK2VwAyEA"])("%s is read", (text) =>
    expect(read(base64({ example: "AAAA" }), text)).toBe(text),
  );

  it.each(["AAA", "AA=A", "A A=", "p=AAAA; t=s", "AA==\n"])("%j is refused", (text) =>
    expect(read(base64({ example: "AAAA" }), text)).toContain("base64"),
  );
});
