import type { Workload } from "../manifest/labels.ts";

/** Pods that whoever watches over a commune asks, from inside the cluster, whether they are well. */
export type Watched = ProvidesMetrics | AnswersConnections;

interface Asked {
  workload: Workload;
  /** TCP port of the pods. */
  port: number;
}

/** A bucket of a store outside the cluster, in which a part has files. */
export interface WatchedBucket {
  /** The part, as alerts name it. */
  service: string;
  /** Address of the store, without a final slash. */
  endpoint: string;
  bucket: string;
  addressing: "path" | "host";
}

/** A file of alerts, and the values of its placeholders besides the commune's id. */
export interface AlertFile {
  /** Its name, without `.yaml`, among the rules of the monitoring. */
  file: string;
  values: Readonly<Record<string, number>>;
}

/** Pods with metrics in the text format of Prometheus. */
export interface ProvidesMetrics extends Asked {
  by: "metrics";
  /** Job name in the monitoring: the alerts of all with one name are in one file. */
  job: string;
  /** Further alerts on the same metrics, where the commune has what they are about. */
  alerts?: readonly AlertFile[];
  /** Path of the metrics. */
  path: string;
  /** Name of a Service in their namespace that leads to the port; undefined if there is none. */
  through: string | undefined;
  /** Further labels of the one pod that speaks for all; any of them when absent. A Prometheus of the cluster asks each. */
  speaker?: Readonly<Record<string, string>>;
  /** Whether their part itself lets in the Prometheus that the site names (`commune:monitoringNamespace`). */
  isOpenToSite: boolean;
}

/** Pods of a server without metrics: it accepts connections, and answers what anybody may ask in its protocol. */
export interface AnswersConnections extends Asked {
  by: "connection";
  /** `tcp` if nothing can be asked without logging in. */
  protocol: "tcp" | "valkey";
  /** Kind of item for people: the alerts of each kind say what to do. */
  kind: "database" | "cache" | "directory";
  /** Name of the Service in its namespace that leads to the port. */
  through: string;
}
