import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { peersOf, siteOf } from "../../../components/foundation/site/site.ts";
import { clientOptions } from "../../../components/platform/login/configuration.ts";
import { organisersFile, pretixConfiguration } from "../../../components/services/tickets/configuration.ts";
import {
  podFiles,
  type TicketsSpec,
  ticketsConfigMap,
  ticketsCron,
  ticketsDeployment,
} from "../../../components/services/tickets/manifests.ts";
import { tickets } from "../../../components/services/tickets/service.ts";
import { communeText, loaded, room, tenantText, valid } from "../tenants/stacks.ts";

const site = siteOf(siteSchema.parse({}));
const mail = "mail: { relay: smtp.bron.test, user: nuage }\n";
const withoutLogin = `${room}${mail}tickets: {}\n`;
const everything = `${withoutLogin}directory: {}\nidentity: {}\n`;
const sells = "applications: { site: {} }\ntickets: {}\n";
const withTickets = { "tenants/chorale.yaml": tenantText("chorale", sells) };
const database = {
  ...{ host: "database.bron-database.svc", port: 5432, database: "tickets" },
  sslMode: "disable" as const,
};
const cache = { host: "tickets-cache.bron-tickets.svc", port: 6379 };

const declared = (commune = everything, files: Readonly<Record<string, string>> = withTickets) =>
  planCommune(valid(files, communeText(commune)).declaration, site);

function planned(commune?: string, files?: Readonly<Record<string, string>>) {
  return declared(commune, files).tickets ?? expect.fail("no ticketing");
}

function specOf(commune = everything, files: Readonly<Record<string, string>> = withTickets): TicketsSpec {
  const plan = declared(commune, files);
  const identity = plan.identities.tickets;
  return {
    ...planned(commune, files),
    ...{ database, cache, mail: plan.mail, identity, peers: peersOf(site), secretLabels: [] },
    accountLabel: identity ? undefined : "tickets/account-password/v1",
  };
}

const configurationOf = (spec: TicketsSpec, authority?: string) =>
  pretixConfiguration({ ...spec, plan: spec, authority });

interface Container {
  name: string;
  command?: string[];
  securityContext: object;
}

/** The template of the pod, as plain values. */
function podOf(spec: TicketsSpec): {
  metadata: { annotations: object };
  spec: { initContainers: Container[]; containers: Container[] };
} {
  return JSON.parse(JSON.stringify(ticketsDeployment(spec).spec.template));
}

describe("what pretix reads", () => {
  test("is what was reviewed: itself, and who sells", async () => {
    const spec = specOf();
    const text = `==> pretix.cfg <==\n${configurationOf(spec)}\n==> organisers.json <==\n${organisersFile(spec)}`;
    await expect(text).toMatchFileSnapshot("../../golden/tickets/chorale.txt");
  });

  test("has no password, and no line of its own in a name", () => {
    expect(configurationOf(specOf())).not.toMatch(/password *=(?!off)|secret/);
    const text = pretixConfiguration({
      ...{ ...specOf(), authority: undefined },
      plan: { name: "Bron\n[pretix]\nregistration=on", host: "billets.bron.test" },
    });
    expect(text).not.toMatch(/^registration=on/m);
  });

  test("knows whoever it recognises by the login alone where there is one, and by their password elsewhere", () => {
    const byLogin = configurationOf(specOf());
    expect(byLogin).toContain("auth_backends=commune_login.CommuneLogin\n");
    expect(byLogin).toContain("password_reset=off\n");
    const alone = configurationOf(specOf(withoutLogin));
    expect(alone).toContain("auth_backends=pretix.base.auth.NativeAuthBackend\n");
    expect(alone).toContain("password_reset=on\n");
    expect(alone).not.toContain("[commune]");
  });

  test("proves a database elsewhere by the site's authority, or the system's", () => {
    const outside = { ...specOf(), database: { ...database, sslMode: "verify-full" as const } };
    expect(configurationOf(outside)).toContain("sslrootcert=/etc/ssl/certs/ca-certificates.crt\n");
    expect(configurationOf(outside, "/opt/tickets/authority.pem")).toContain(
      "sslmode=verify-full\nsslrootcert=/opt/tickets/authority.pem\n",
    );
  });
});

describe("an association", () => {
  const of = (more: string) => planned(everything, { "tenants/chorale.yaml": tenantText("chorale", more) });

  test("sells when its file says so, is closed while it is suspended, and gone when it is retired", () => {
    expect(of(sells).organisers).toMatchObject([{ tenant: "chorale", isClosed: false }]);
    expect(of("applications: { site: {} }\n").organisers).toEqual([]);
    expect(of(`suspended: { since: 2026-11-20, reason: x }\n${sells}`).organisers).toMatchObject([
      { isClosed: true },
    ]);
    expect(of(`retired: { since: 2026-11-20 }\n${sells}`).organisers).toEqual([]);
  });

  test("takes its orders along, and is forgotten by its id", () => {
    expect(tickets.takenAlong?.(planned())).toMatchObject([
      { tenant: "chorale", path: "billetterie/commandes.csv" },
      { tenant: "chorale", path: "billetterie/evenements.json" },
    ]);
    expect(tickets.forgets?.command("chorale", "assos-bron.test").at(-1)).toBe("chorale");
  });

  test("opens the log-in, and shows its tile, to those who look after its events and to nobody else", () => {
    const optionsOf = (more: string) => {
      const files = { "tenants/chorale.yaml": tenantText("chorale", more) };
      return clientOptions(declared(everything, files).login?.clients ?? [], { tickets: "s" }).tickets;
    };
    expect(optionsOf(sells)).toMatchObject({
      oidcRPMetaDataOptionsRule: "inGroup('t-chorale-admins')",
      oidcRPMetaDataOptionsRedirectUris: "https://billets.bron.test/control/login",
    });
    const nobody = { oidcRPMetaDataOptionsRule: "not 1" };
    expect(optionsOf("applications: { site: {} }\n")).toMatchObject(nobody);
    expect(optionsOf(`suspended: { since: 2026-11-20, reason: x }\n${sells}`)).toMatchObject(nobody);
  });
});

describe("the pods", () => {
  test("run nothing of the image's entry point, as nobody who could become root", () => {
    const { initContainers, containers } = podOf(specOf()).spec;
    for (const each of [...initContainers, ...containers])
      expect(each.securityContext, each.name).toMatchObject({ readOnlyRootFilesystem: true });
    for (const { name, command } of [...initContainers, ...containers])
      expect(command !== undefined, name).toBe(name !== "nginx");
    expect(containers.map(({ name }) => name)).toEqual(["pretix", "worker", "nginx"]);
    expect(JSON.stringify(ticketsCron(specOf()))).toContain('["python3","-m","pretix","runperiodic"]');
  });

  test("start anew when another association sells, and when a password has another version", () => {
    const annotations = (spec: TicketsSpec) => podOf(spec).metadata.annotations;
    const two = { ...withTickets, "tenants/judo.yaml": tenantText("judo", sells) };
    expect(annotations(specOf(everything, two))).not.toEqual(annotations(specOf()));
    expect(annotations({ ...specOf(), secretLabels: ["x/v2"] })).not.toEqual(annotations(specOf()));
  });

  test("give out files that are for everybody, and no ticket or invoice", () => {
    const { data = {} } = ticketsConfigMap(specOf());
    expect(String(data["nginx.conf"])).toMatch(/location \/media\/ \{ return 404; \}/);
  });

  test.skipIf(!existsSync("/usr/bin/python3"))(
    "have programs without a mistake that Python would see",
    () => {
      const program = "import ast, json, sys; [ast.parse(text) for text in json.load(sys.stdin).values()]";
      const input = JSON.stringify(podFiles());
      expect(() => execFileSync("python3", ["-c", program], { input })).not.toThrow();
    },
  );
});

describe("a cache that is several servers", () => {
  const several = { ...specOf(), cache: { ...cache, isSpread: true as const } };
  const settings = String(ticketsConfigMap(several).data["commune_settings.py"]);

  test("is given up by settings that each program of the pods reads, and a single one is not", () => {
    const name = '{"name":"DJANGO_SETTINGS_MODULE","value":"commune_settings"}';
    expect(JSON.stringify(ticketsDeployment(several)).split(name).length - 1).toBe(3);
    expect(JSON.stringify(ticketsCron(several))).toContain(name);
    expect(JSON.stringify([ticketsDeployment(specOf()), ticketsConfigMap(specOf())])).not.toContain(
      "commune_settings",
    );
  });

  test.skipIf(!existsSync("/usr/bin/python3"))(
    "is given up by the worker's own sockets, beside pretix' options",
    () => {
      const folder = mkdtempSync("/tmp/pretix-settings-");
      const redis = '{"BACKEND": "django_redis.cache.RedisCache", "OPTIONS": {"kept": True}}';
      const dummy = '{"BACKEND": "django.core.cache.backends.dummy.DummyCache"}';
      writeFileSync(
        join(folder, "production_settings.py"),
        `CACHES = {"default": ${dummy}, "redis": ${redis}}\nCELERY_BROKER_TRANSPORT_OPTIONS = {"sep": ":"}\n`,
      );
      writeFileSync(join(folder, "commune_settings.py"), settings);
      const program =
        "import json, commune_settings as of; print(json.dumps([of.CACHES['redis']['OPTIONS'], of.CELERY_BROKER_TRANSPORT_OPTIONS]))";
      const output = execFileSync("/usr/bin/python3", ["-c", program], { cwd: folder, encoding: "utf8" });
      rmSync(folder, { recursive: true });
      expect(JSON.parse(output)).toEqual([
        { kept: true, SOCKET_TIMEOUT: 10, SOCKET_CONNECT_TIMEOUT: 5 },
        {
          ...{ sep: ":", socket_timeout: 10, socket_connect_timeout: 5, socket_keepalive: true },
          // Of Linux: TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT.
          socket_keepalive_options: { 4: 10, 5: 5, 6: 3, 18: 20_000 },
        },
      ]);
    },
  );
});

describe("check", () => {
  const of = (commune: string, files: Readonly<Record<string, string>> = {}) =>
    loaded(files, communeText(commune)).lines.join("\n");

  test("asks for what ticketing needs", () => {
    expect(of("tickets: {}\n")).toContain("tickets: needs tenants:");
    expect(of("tickets: {}\n")).toContain("tickets: needs mail:");
    expect(of(withoutLogin)).toBe("");
  });

  test("refuses an organiser where there is no ticketing, and under a name that pretix has itself", () => {
    expect(of(`${room}${mail}`, withTickets)).toContain("tickets: needs the commune's ticketing");
    expect(of(everything, { "tenants/widget.yaml": tenantText("widget", sells) })).toContain("its address");
    expect(of(everything, withTickets)).toBe("");
  });
});
