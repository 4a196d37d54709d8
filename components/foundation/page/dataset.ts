/** A value of a data set; nothing where it is not known. */
type DataValue = string | number | undefined;

/** A row of a data set, by column. */
export type DataRow = Readonly<Record<string, DataValue>>;

/** What a commune gives as data. */
export interface Dataset {
  /** Its name in addresses: `bornes-wifi`. */
  id: string;
  title: string;
  description: string;
  keywords: readonly string[];
  /** Names of the columns, and what each says, in French. */
  columns: Readonly<Record<string, string>>;
  /** Nothing where the server writes them anew for each question. */
  rows: readonly DataRow[] | undefined;
  /** Columns with latitude and longitude (WGS 84, degrees), where it is about places. */
  isAboutPlaces: boolean;
}
