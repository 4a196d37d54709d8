import yaml from "js-yaml";
import { gibibytes } from "../../foundation/declaration/size.ts";
import { images as shared } from "../../foundation/image/catalogue.ts";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import { type Field, usualAccess } from "./fields.ts";
import type { NamedApplication } from "./planner.ts";

/** A value of a chart: its meaning, one that renders, and its schema. */
interface Value {
  meaning: string;
  usual: unknown;
  schema: Json;
}

const text = (pattern: string): Json => ({ type: "string", pattern });
const closed = (properties: Json, more: Json = {}): Json => ({
  ...{ type: "object", additionalProperties: false },
  ...more,
  properties,
});
const whole = (properties: Json): Json => closed(properties, { required: Object.keys(properties) });

const host = text("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$");
const secret = { secret: host, key: text("^[a-z][a-z0-9.-]*$") };
const mail = text("^[^\\s:@'\"\\\\]+@[^\\s:@'\"\\\\]+$");
const inside = text("^http://[a-z0-9.:/-]+$");

const line = (longest: number): Json => ({ type: "string", maxLength: longest });

/**
 * Returns the schema of an account's name: any name for a chart that installs the account, its own name for one that
 * compares passwords.
 */
function userSchema({ user, rotation }: { user: string; rotation: string }): Json {
  if (user === "{contact}") return mail;
  return rotation === "never" ? text("^[a-z][a-z0-9-]*$") : { const: user };
}

/** Returns the chart's value of an association's field; undefined for fields that reach the chart in another way. */
function fieldValue(field: Field): Omit<Value, "meaning"> | undefined {
  switch (field.kind) {
    case "access":
      return { usual: usualAccess(field), schema: { enum: field.of } };
    case "choice":
      return { usual: field.default, schema: { enum: field.of } };
    case "line":
      return { usual: "", schema: line(field.longest) };
    case "count":
      return {
        usual: field.default,
        schema: { type: "integer", minimum: field.minimum, maximum: field.maximum },
      };
    case "flag":
      return { usual: field.default, schema: { type: "boolean" } };
    default:
      return undefined;
  }
}

const page = Buffer.from("<!doctype html><title>Site</title>\n").toString("base64");

const files = (): Record<string, Value> => ({
  pages: {
    meaning: "Base64 by path: {index.html: PCFkb2N0eXBlIGh0bWw+}.",
    usual: { "index.html": page },
    schema: {
      ...{ type: "object", minProperties: 1, additionalProperties: { type: "string" } },
      propertyNames: { pattern: "^[A-Za-z0-9_-][A-Za-z0-9._/-]*$" },
    },
  },
  closed: {
    meaning: "Every address answers 503 with index.html, as one page for all: the site is closed for a time.",
    usual: false,
    schema: { type: "boolean" },
  },
});

/** Returns the values that depend on other declarations of the application. */
function declaredValues(application: NamedApplication): Record<string, Value> {
  const { name, image, volume, fields, rows, secrets, account, members, login, telephones } = application;
  const { storage, folder, title } = fields;
  const size = storage?.kind === "storage" ? gibibytes(storage.default) : (volume?.size ?? 1);
  return {
    title: {
      meaning: title?.meaning ?? "Name of the association.",
      usual: title?.kind === "title" ? title.example : "Association",
      schema: { ...line(100), minLength: 1 },
    },
    ...(image && {
      image: {
        meaning: `What it runs: ${image.name}.`,
        usual: image.image,
        schema: { ...line(300), minLength: 1 },
      },
    }),
    ...(volume && {
      storage: {
        meaning: storage?.meaning ?? "Size of the volume.",
        usual: `${size}Gi`,
        schema: text("^[1-9][0-9]*(Mi|Gi|Ti)$"),
      },
    }),
    ...(folder && files()),
    ...(rows && {
      database: {
        meaning: `${rows.engine === "mariadb" ? "MariaDB" : `PostgreSQL, with ${rows.extensions.join(", ")}`}: a database and a user of the same name. The Secret is there before the chart; its key holds the password.`,
        usual: {
          ...{
            host: rows.engine,
            port: rows.engine === "mariadb" ? 3306 : 5432,
            name: name.replaceAll("-", ""),
          },
          ...{ secret: `${name}-database`, key: "password" },
        },
        schema: whole({
          ...{ host, port: { type: "integer", minimum: 1, maximum: 65_535 } },
          ...{ name: text("^[a-z][a-z0-9]{0,62}$"), ...secret },
        }),
      },
    }),
    ...Object.fromEntries(
      Object.entries(secrets).map(([own, { key, description }]): [string, Value] => [
        own,
        {
          meaning: `The Secret with it, which is there before the chart: ${description}.`,
          usual: { secret: `${name}-${own}`, key },
          schema: whole(secret),
        },
      ]),
    ),
    ...(account && {
      admin: {
        meaning: `The Secret with it, which is there before the chart: ${account.description}.`,
        usual: {
          user: account.user === "{contact}" ? "contact@association.example" : account.user,
          mail: "contact@association.example",
          ...{ secret: `${name}-admin`, key: "password" },
        },
        schema: whole({ user: userSchema(account), mail, ...secret }),
      },
    }),
    ...(members && {
      members: {
        meaning: `If access is members, the Secret with it: ${members.description}. Empty if nobody has it.`,
        // The usual value stays if an association has none.
        usual: {},
        schema: closed({ user: userSchema(members), ...secret }),
      },
    }),
    ...(login && {
      login: {
        meaning: login.tellsWho
          ? "The commune's login, if it has one: {check: http://login-check…/check, logout: https://connexion…/?logout=1, cookie: its name}. It identifies people; no password of an account here opens anything then. Empty without login."
          : "Address at which the front asks whether a visitor may come in: {check: http://login-check…/check}. Empty if everybody may.",
        usual: {},
        schema: closed(
          {
            check: inside,
            ...(login.tellsWho && {
              logout: text("^https://[a-z0-9.-]+/[A-Za-z0-9/?=]*$"),
              cookie: text("^[A-Za-z_-]+$"),
            }),
          },
          login.tellsWho ? { dependencies: { check: ["logout", "cookie"] } } : {},
        ),
      },
    }),
    ...(telephones && {
      devices: {
        meaning:
          "Address at which it checks telephones' passwords, and the Secret with its key. Empty if there are none.",
        usual: {},
        schema: closed({ check: inside, ...secret }, { dependencies: { check: ["secret", "key"] } }),
      },
    }),
  };
}

/** Returns every value of an application's chart, with one that renders. */
function valuesOf(application: NamedApplication): Record<string, Value> {
  const own = Object.entries(application.fields).flatMap(([field, declared]): [string, Value][] => {
    const value = fieldValue(declared);
    return value ? [[field, { meaning: declared.meaning, ...value }]] : [];
  });
  return {
    host: {
      meaning: "Public name.",
      usual: `${application.name}.example.org`,
      schema: { ...text("^[a-z0-9.-]+$"), minLength: 3 },
    },
    ...Object.fromEntries(own),
    ...declaredValues(application),
    frontImage: {
      meaning: "nginx that runs as an ordinary user.",
      usual: shared.nginx.reference,
      schema: { ...line(300), minLength: 1 },
    },
    expose: {
      meaning:
        "Where an Ingress leads to it: {className: nginx, annotations: {}, secretName: site-tls}. None when it is empty.",
      usual: {},
      schema: closed({
        className: { type: "string" },
        annotations: { type: "object", additionalProperties: { type: "string" } },
        secretName: { type: "string" },
      }),
    },
  };
}

/** Returns `values.schema.json` of an application's chart: closed, so that an unknown value is an error. */
export function valuesSchema(application: NamedApplication): Json {
  const values = Object.entries(valuesOf(application));
  const optional = ["closed", "members", "login", "devices", "expose"];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...closed(
      {
        global: { type: "object" },
        app: { type: "object" },
        ...Object.fromEntries(
          values.map(([name, { meaning, schema }]) => [name, { description: meaning, ...schema }]),
        ),
      },
      { required: values.map(([name]) => name).filter((name) => !optional.includes(name)) },
    ),
  };
}

/** Returns `values.yaml` of an application's chart: each value with a line of meaning. All of them render together. */
export function valuesText(application: NamedApplication): string {
  const values = Object.entries(valuesOf(application)).map(
    ([name, { meaning, usual }]) =>
      `# ${meaning}\n${yaml.dump({ [name]: usual }, { lineWidth: -1, quotingType: '"' })}`,
  );
  return `# Written by \`npx commune schema\` out of application.yaml: change that.\n${values.join("")}`;
}
