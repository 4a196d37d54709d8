import type { Pool } from "pg";

/** States of a relay, in the order of upstream's numbers. Source: app/models/relay.rb. */
const states = ["idle", "pending", "accepted", "rejected"] as const;

export type RelayState = (typeof states)[number];

/** Servers that pass public posts on to all that follow them. */
export class RelayStore {
  constructor(private readonly pool: Pool) {}

  /** Keeps a relay's answer to the follow with this address; false when there was no such follow. */
  async answered(followActivity: string, state: RelayState): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      "UPDATE relays SET state = $2, updated_at = now() WHERE follow_activity_id = $1",
      [followActivity, states.indexOf(state)],
    );
    return rowCount !== 0;
  }

  /** The inboxes of the relays that have accepted. */
  async inboxes(): Promise<string[]> {
    const { rows } = await this.pool.query<{ inbox_url: string }>(
      "SELECT inbox_url FROM relays WHERE state = $1 ORDER BY id",
      [states.indexOf("accepted")],
    );
    return rows.map(({ inbox_url }) => inbox_url);
  }
}
