import { Addresses } from "./addresses.ts";
import { mediaFolder } from "./home.ts";
import type { Services } from "./services.ts";
import { AccountStore } from "./store/accounts.ts";
import { BucketFiles, NetworkingError } from "./store/bucket.ts";
import { VolumeFiles } from "./store/files.ts";
import { FollowStore } from "./store/follows.ts";
import { MediaStore } from "./store/media.ts";
import { RelayStore } from "./store/relays.ts";
import { StatusStore } from "./store/statuses.ts";
import { Stoplight } from "./store/stoplight.ts";
import { TokenStore } from "./store/tokens.ts";

/** One Mastodon server: its services, and its things by name. */
export class Site {
  readonly addresses: Addresses;
  readonly accounts: AccountStore;
  readonly follows: FollowStore;
  readonly relays: RelayStore;
  readonly statuses: StatusStore;
  readonly media: MediaStore;
  readonly tokens: TokenStore;

  constructor(readonly services: Services) {
    const { pool, redis, settings, version } = services;
    const light = new Stoplight(redis, "object-storage", (error) => error instanceof NetworkingError);
    const { bucket } = settings;
    this.addresses = new Addresses(settings);
    this.accounts = new AccountStore(pool);
    this.follows = new FollowStore(pool);
    this.relays = new RelayStore(pool);
    this.statuses = new StatusStore(pool, version);
    this.media = new MediaStore(pool, bucket ? new BucketFiles(bucket, light) : new VolumeFiles(mediaFolder));
    this.tokens = new TokenStore(pool);
  }
}
