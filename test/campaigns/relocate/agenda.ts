import { databaseName } from "../../../components/tenants/applications/database.ts";
import {
  type Application,
  type AssociationPlace,
  domainOf,
  filesOf,
  type OnSite,
  sumsOf,
} from "./application.ts";
import type { Site } from "./sites.ts";

const uploads = "/var/lib/mobilizon/uploads";

/** The double of Mobilizon: rows and places on a PostgreSQL of the association's own, with PostGIS. */
export class Agenda implements Application {
  readonly service: string;
  readonly address: string;

  constructor(
    private readonly kubectl: OnSite,
    private readonly place: AssociationPlace,
  ) {
    this.service = `t-${place.id}-mobilizon`;
    this.address = `https://agenda-public.${place.id}.${domainOf(place.commune)}/`;
  }

  async fill(site: Site, mib: number): Promise<void> {
    const { commune } = this.place;
    await this.inSite(site, commune, filesOf(uploads, mib));
    const events =
      "INSERT INTO events (title, place) SELECT 'Concert ' || n, ST_SetSRID(ST_MakePoint(4.8 + n / 1e4, 45.7), 4326) FROM generate_series(1, 1000) n";
    await this.rows(site, commune, `SET ROLE ${databaseName(this.place, "mobilizon")}; ${events}`);
  }

  async contents(site: Site, commune: string): Promise<string> {
    const files = await this.inSite(site, commune, sumsOf(uploads));
    const counted =
      "SELECT count(*), md5(string_agg(title || ST_AsEWKT(place), ',' ORDER BY id)) FROM events; SELECT md5(string_agg(email || password_hash, ',' ORDER BY id)) FROM users";
    return `${files} ${await this.rows(site, commune, counted)}`.replaceAll(/\s+/g, " ").trim();
  }

  private inSite(site: Site, commune: string, script: string): Promise<string> {
    const pod = ["exec", `deployment/${this.service}`, "--container=mobilizon", "--"];
    return this.kubectl(site, "-n", `${commune}-t-${this.place.id}`, ...pod, "sh", "-euc", script);
  }

  private rows(site: Site, commune: string, text: string): Promise<string> {
    const pod = ["exec", "database-0", "--container=postgresql", "--", "psql", "-U", "postgres", "-At"];
    return this.kubectl(
      site,
      ...["-n", `${commune}-pg--${this.place.id}`, ...pod],
      ...["-d", databaseName(this.place, "mobilizon"), "-c", text],
    );
  }
}
