import { readFile, rm, writeFile } from "node:fs/promises";
import { type Context, Hono } from "hono";
import { customConfig, customFile } from "../configuration/custom.ts";
import { ConfigurationError } from "../configuration/layer.ts";
import { WrongValue } from "../configuration/settings.ts";
import { at } from "../configuration/values.ts";
import type { Instance } from "../instance.ts";
import { administrator } from "./oauth.ts";
import { problem } from "./problem.ts";

/** The part of `GET /api/v1/config` that says something of this instance. */
function publicConfig({ current, version }: Instance) {
  const { values, settings } = current;
  const enabled = (path: string) => ({ enabled: at(values, `${path}.enabled`) });
  const resolutions = Object.entries(settings.transcoding.resolutions);
  return {
    client: { videos: {}, menu: {} },
    defaults: { publish: { privacy: at(values, "defaults.publish.privacy") } },
    webadmin: { configuration: settings.webadmin.configuration },
    instance: {
      name: settings.instance.name,
      shortDescription: settings.instance.short_description,
      defaultClientRoute: at(values, "instance.default_client_route"),
    },
    search: { remoteUri: at(values, "search.remote_uri") },
    plugin: { registered: [] },
    theme: { registered: [], default: at(values, "theme.default") },
    email: { enabled: Boolean(settings.smtp.hostname || settings.smtp.sendmail) },
    contactForm: settings.contact_form,
    serverVersion: version,
    signup: { allowed: settings.signup.enabled, allowedForCurrentIP: settings.signup.enabled },
    transcoding: {
      ...enabled("transcoding"),
      hls: enabled("transcoding.hls"),
      web_videos: enabled("transcoding.web_videos"),
      enabledResolutions: resolutions.flatMap(([name, on]) => (on ? [Number.parseInt(name, 10)] : [])),
    },
    live: enabled("live"),
    import: { videos: { http: enabled("import.videos.http"), torrent: enabled("import.videos.torrent") } },
    export: { users: enabled("export.users") },
    videoStudio: enabled("video_studio"),
    videoTranscription: enabled("video_transcription"),
    storyboards: enabled("storyboards"),
    followings: {
      instance: {
        autoFollowIndex: { indexUrl: at(values, "followings.instance.auto_follow_index.index_url") },
      },
    },
    broadcastMessage: at(values, "broadcast_message"),
    tracker: enabled("tracker"),
    user: {
      videoQuota: at(values, "user.video_quota"),
      videoQuotaDaily: at(values, "user.video_quota_daily"),
    },
  };
}

function custom({ current }: Instance) {
  return customConfig(current.defaults, current.values);
}

/** Writes the changes and starts to use them; what the server would not start with leaves the file as it was. */
async function replace(instance: Instance, c: Context): Promise<Response> {
  const { customFile: path, defaults } = instance.current;
  const before = await readFile(path, "utf8").catch(() => undefined);
  try {
    const values = customFile(defaults, await c.req.json().catch(() => undefined));
    await writeFile(path, `${JSON.stringify(values, null, 2)}\n`);
    instance.reload();
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof WrongValue)) throw error;
    await (before === undefined ? rm(path, { force: true }) : writeFile(path, before));
    return problem(c, 400, error.message);
  }
  return c.json(custom(instance));
}

/** `/api/v1/config`. */
export function configRoutes(instance: Instance): Hono {
  const app = new Hono();
  const admin = administrator(instance);
  const refused = (c: Context) =>
    instance.settings.webadmin.configuration.edition.allowed
      ? undefined
      : problem(c, 405, "Server configuration is static and cannot be edited");
  app.get("/api/v1/config", (c) => c.json(publicConfig(instance)));
  app.get("/api/v1/config/about", (c) => c.json({ instance: instance.settings.instance }));
  app.get("/api/v1/config/custom", admin, (c) => c.json(custom(instance)));
  app.put("/api/v1/config/custom", admin, (c) => refused(c) ?? replace(instance, c));
  app.delete("/api/v1/config/custom", admin, async (c) => {
    const no = refused(c);
    if (no) return no;
    await rm(instance.current.customFile, { force: true });
    instance.reload();
    return c.json(custom(instance));
  });
  return app;
}
