/** A value of a data set; undefined if it is not known. */
type DataValue = string | number | undefined;

/** A row of a data set, by column. */
export type DataRow = Readonly<Record<string, DataValue>>;

/** Open data that a commune publishes. */
export interface Dataset {
  /** Its name in addresses: `bornes-wifi`. */
  id: string;
  title: string;
  description: string;
  keywords: readonly string[];
  /** Names of the columns, and what each says, in French. */
  columns: Readonly<Record<string, string>>;
  /** undefined if the server computes them for each request. */
  rows: readonly DataRow[] | undefined;
  /** Columns with latitude and longitude (WGS 84, degrees), where it is about places. */
  isAboutPlaces: boolean;
}
