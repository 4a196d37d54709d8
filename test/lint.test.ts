import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { forgejoExample, gitlabExample } from "./audit/examples.ts";
import { NpmRegistry, type Package } from "./doubles/npm-registry/index.ts";
import { isThere, languages } from "./lint/languages.ts";
import { configurationsIn, hasNginx, nginxProblems } from "./lint/nginx.ts";
import { verifySignatures } from "./lint/signatures.ts";

const folder = mkdtempSync(join(tmpdir(), "lint-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** For each language a file that is right, and one that is not. Where a tool is missing, `npm test` has installed it. */
const examples: Record<string, [name: string, right: string, wrong: string][]> = {
  shell: [
    ["a.sh", 'for name in __FOLDER__/*; do echo "$name"; done\n__STEP__\n', "if true; then echo yes\n"],
    ["b.sh", "cd /tmp\nprintf '%s\\n' \"$1\"\n", "[ $1 == x ] && local -a list\n"],
    [
      "c.bash",
      'while read -r line; do echo "$line"; done < <(cat "$1")\n',
      'read -r line < <(cat "$1")\n[[ $line = x ]\n',
    ],
  ],
  PHP: [["a.php", "<?php\necho '__NAME__';\n", "<?php\necho 'x'\necho 'y';\n"]],
  Perl: [
    [
      "a.pl",
      "use strict;\nuse Not::Here qw(some_word);\nprint some_word, qq(x\\n);\n",
      "use strict;\nprint $unknown;\n",
    ],
  ],
  Ruby: [["a.rb", "puts '__NAME__'\n", "def x\n  puts 1\n"]],
  Python: [["a.py", "print('__NAME__')\n", "def x(:\n    pass\n"]],
  awk: [["a.awk", "{ sum += $1 }\nEND { print sum }\n", "END { print sum\n"]],
  JavaScript: [["a.mjs", 'import { join } from "node:path";\nconsole.log(join("a"));\n', "const a = ;\n"]],
};

test("there are examples of every language", () => {
  expect(Object.keys(examples).sort()).toEqual(languages.map(({ name }) => name).sort());
});

for (const { name, program, files, problemsIn } of languages) {
  const there = await isThere(program);
  describe.skipIf(!there)(name, () => {
    test.each(examples[name] ?? [])(
      "%s is found when it is wrong, and only then",
      async (file, right, wrong) => {
        const path = join(folder, file);
        expect(path).toMatch(files);
        writeFileSync(path, right);
        expect(await problemsIn([path])).toEqual([]);
        writeFileSync(path, wrong);
        expect((await problemsIn([path])).join("\n")).toContain(file);
      },
    );
  });
}

const front = (line: string) => `pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events {}
http {
  access_log off;
  include /etc/nginx/mime.types;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen 8080;
    listen [::]:8080;
    location / { proxy_pass http://bron-mastodon.bron.svc:4000; }
    location /x { include /etc/front/engine.conf; }
    ${line}
  }
}
`;

describe.skipIf(!hasNginx())("nginx", () => {
  const engine = { "engine.conf": "fastcgi_pass 127.0.0.1:9000;\n" };

  test("accepts a front of a pod that is elsewhere", async () => {
    expect(await nginxProblems({ "nginx.conf": front("gzip on;"), ...engine })).toEqual([]);
  });

  test.each([
    ["gzip maybe;", 'invalid value "maybe"'],
    ["gzip on", 'unexpected "}"'],
    ["no_such_directive on;", 'unknown directive "no_such_directive"'],
    ["add_header X $unknown_variable;", 'unknown "unknown_variable" variable'],
  ])("refuses %s", async (line, why) => {
    expect((await nginxProblems({ "nginx.conf": front(line), ...engine })).join("\n")).toContain(why);
  });
});

test("fronts are found in what is registered, each once", () => {
  const registered = [
    { inputs: { data: { "nginx.conf": "a", "engine.conf": "b", "x.sh": "c" } } },
    { inputs: { data: { "nginx.conf": "a" } } },
    { inputs: { data: { other: "d" } } },
  ];
  expect(configurationsIn(JSON.stringify(registered))).toEqual([{ "nginx.conf": "a" }]);
});

describe("signatures of packages", () => {
  let registry: NpmRegistry;
  afterEach(() => registry.close());

  /** Verifies packages that a registry signed as it is said of each. */
  async function verified(signed: Readonly<Record<string, Package["signed"]>>, servesKeys = true) {
    const packages = Object.entries(signed).map(([name, by]) => ({ name, version: "1.0.0", signed: by }));
    registry = await NpmRegistry.start(packages, servesKeys);
    return verifySignatures(registry.folder, registry.environment);
  }

  test("by the registry that serves its keys are verified", async () => {
    expect(await verified({ one: "by it", two: "by it" })).toEqual({ problems: [] });
  });

  test("are an error where the registry serves keys and somebody else signed, or nobody", async () => {
    const { problems } = await verified({ good: "by it", other: "by another", bare: "by nobody" });
    const said = problems.join("\n");
    expect(said).toMatch(/missing registry signature.*bare@1\.0\.0/s);
    expect(said).toMatch(/invalid registry signature:.*other@1\.0\.0/s);
    expect(said).not.toContain("good@");
  });

  test("are none where the registry serves no keys, which is said, and nothing fails", async () => {
    expect(await verified({ bare: "by nobody" }, false)).toEqual({
      problems: [],
      unverified: `${registry.url} serves no keys (404 for /-/npm/v1/keys)`,
    });
  });

  test.each([
    ["GitLab", () => gitlabExample().check.script.at(-2)],
    ["Forgejo", () => forgejoExample().jobs.check?.steps.at(-2)?.run],
  ])("are verified in the same way by the jobs of a commune's repository at %s", async (_, script) => {
    const ran = async (signed: Package["signed"], servesKeys?: boolean) => {
      registry = await NpmRegistry.start([{ name: "one", version: "1.0.0", signed }], servesKeys);
      const { folder: cwd, environment: env } = registry;
      return execa("sh", ["-e", "-c", script() ?? "exit 9"], { cwd, env, all: true, reject: false });
    };
    expect(await ran("by it")).toMatchObject({ exitCode: 0 });
    await registry.close();
    expect(await ran("by another")).toMatchObject({ exitCode: 1, all: expect.stringContaining("one@1.0.0") });
    await registry.close();
    expect(await ran("by nobody", false)).toMatchObject({ exitCode: 0, all: expect.stringContaining("404") });
  });
});
