import { describe, expect, it } from "vitest";
import { Addresses } from "./addresses.ts";
import { privateAddressRule } from "./federation/private-addresses.ts";
import { channelsOf } from "./feeds.ts";
import { htmlOf, withoutMarkup } from "./html.ts";
import type { Settings } from "./settings.ts";
import { mediaPath } from "./store/media.ts";
import { tagsIn } from "./store/statuses.ts";
import { covers } from "./store/tokens.ts";
import { channelOf, streamOfPath } from "./streaming/channels.ts";
import { type Arrival, hostVerdict } from "./web/host.ts";

const settings = {
  localDomain: "ville.test",
  webDomain: "social.ville.test",
  alternateDomains: ["old.test"],
};

const arrival: Arrival = {
  method: "GET",
  target: "/about?a=b",
  host: "social.ville.test",
  forwardedHost: undefined,
  forwardedProto: "https",
};

const verdict = (change: Partial<Arrival>) =>
  hostVerdict({ ...arrival, ...change }, settings as unknown as Settings);

describe("the door of the web server", () => {
  it("lets the right hosts in over TLS, with a port or without", () => {
    for (const host of [
      "social.ville.test",
      "ville.test",
      "old.test",
      "social.ville.test:443",
      "Ville.test",
    ]) {
      expect(verdict({ host }), host).toEqual({ pass: true });
    }
  });

  it("blocks other hosts, in either header", () => {
    expect(verdict({ host: "10.0.0.1" })).toEqual({ blocked: "10.0.0.1" });
    expect(verdict({ host: undefined })).toEqual({ blocked: "" });
    expect(verdict({ forwardedHost: "evil.test" })).toEqual({ blocked: "evil.test" });
  });

  it("sends plain HTTP to TLS, after the host is checked", () => {
    const plain = { forwardedProto: undefined };
    expect(verdict(plain)).toEqual({ redirect: "https://social.ville.test/about?a=b", status: 301 });
    expect(verdict({ ...plain, method: "POST" })).toMatchObject({ status: 308 });
    expect(verdict({ ...plain, host: "other.test" })).toEqual({ blocked: "other.test" });
  });

  it("lets /health in from everywhere, and nothing that only looks like it", () => {
    expect(verdict({ target: "/health", host: "10.0.0.1:3000", forwardedProto: undefined })).toEqual({
      pass: true,
    });
    expect(verdict({ target: "/healthy", host: "10.0.0.1:3000" })).toEqual({ blocked: "10.0.0.1:3000" });
  });
});

describe("private addresses", () => {
  it("are refused, unless they are excepted", () => {
    const isPrivate = privateAddressRule(["10.43.0.0/16", "fd00::/8"]);
    for (const address of ["10.42.0.7", "127.0.0.1", "192.168.1.1", "::1", "fe80::1", "::ffff:10.0.0.1"]) {
      expect(isPrivate(address), address).toBe(true);
    }
    for (const address of ["10.43.5.6", "fd00::7", "9.9.9.9", "2606:4700::1", "::ffff:10.43.0.1"]) {
      expect(isPrivate(address), address).toBe(false);
    }
  });

  it("cannot be excepted with a wrong range", () => {
    expect(() => privateAddressRule(["cluster"])).toThrow(/invalid address: cluster/);
  });
});

describe("posts", () => {
  it("have the tags that are written in them", () => {
    expect(tagsIn("Fête #Ville #été2026 #ville #42 a#b https://x.test/#no")).toEqual(["ville", "été2026"]);
  });

  it("become HTML that holds no markup of their own", () => {
    const html = htmlOf(
      "a <b> & #Ville\nhttps://x.test/a?b=c.\n\nend",
      new Addresses({ webDomain: "v.test", bucket: undefined }),
    );
    expect(html).toBe(
      '<p>a &lt;b&gt; &amp; <a href="https://v.test/tags/ville" class="mention hashtag" rel="tag">#<span>Ville</span></a><br><a href="https://x.test/a?b=c" rel="nofollow noopener">https://x.test/a?b=c</a>.</p><p>end</p>',
    );
    expect(withoutMarkup("<p>a &lt;b&gt;<br>c<script>x</script></p><p>d</p>")).toBe("a <b>\ncx\n\nd");
  });

  it("are told on the channels of their audience", () => {
    expect(channelsOf({ visibility: "public", local: true, tags: ["ville"] })).toEqual([
      ...["timeline:public", "timeline:public:local"],
      ...["timeline:hashtag:ville", "timeline:hashtag:ville:local"],
    ]);
    expect(channelsOf({ visibility: "public", local: false, tags: [] })).toEqual([
      "timeline:public",
      "timeline:public:remote",
    ]);
    expect(channelsOf({ visibility: "unlisted", local: true, tags: ["ville"] })).toEqual([]);
  });

  it("are heard on the same channels", () => {
    expect(streamOfPath("/api/v1/streaming/public/local")).toBe("public:local");
    expect(channelOf({ stream: "public:local" }, "7")).toBe("timeline:public:local");
    expect(channelOf({ stream: "user" }, "7")).toBe("timeline:7");
    expect(channelOf({ stream: "hashtag", tag: "Ville" }, "7")).toBe("timeline:hashtag:ville");
    expect(channelOf({ stream: "hashtag" }, "7")).toBeUndefined();
    expect(channelOf({ stream: "everything" }, "7")).toBeUndefined();
  });

  it("have files in upstream's folders", () => {
    expect(mediaPath({ id: "12345", file_file_name: "a.png" })).toBe(
      "media_attachments/files/000/000/000/000/012/345/original/a.png",
    );
  });
});

describe("scopes", () => {
  it("cover what stands below them", () => {
    expect(covers(["read", "write"], "write:statuses")).toBe(true);
    expect(covers(["write:statuses"], "write:statuses")).toBe(true);
    expect(covers(["write:media"], "write:statuses")).toBe(false);
  });
});
