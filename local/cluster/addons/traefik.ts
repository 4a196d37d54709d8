import { createHash } from "node:crypto";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import type { Network } from "../network.ts";
import type { Ports } from "../ports.ts";
import { configMap, deployment, namespace, ready, restricted, serviceAccount } from "./objects.ts";

const name = "traefik";
const pingPort = 9000;
/** Ports of the pod: those of Traefik's own chart, which the toolkit expects by default. */
const podPorts = { http: 8000, https: 8443 };

const tlsConfiguration = {
  tls: {
    stores: {
      default: {
        defaultCertificate: { certFile: "/etc/traefik/tls/tls.crt", keyFile: "/etc/traefik/tls/tls.key" },
      },
    },
  },
};

/** Traefik's command line. Its redirects lead to the host's port. */
function traefikFlags(ports: Ports): string[] {
  return Object.entries({
    "global.checknewversion": false,
    "global.sendanonymoususage": false,
    "log.level": "INFO",
    "entrypoints.web.address": `:${podPorts.http}`,
    "entrypoints.web.http.redirections.entrypoint.to": `:${ports.https}`,
    "entrypoints.web.http.redirections.entrypoint.scheme": "https",
    "entrypoints.websecure.address": `:${podPorts.https}`,
    "entrypoints.websecure.asdefault": true,
    "entrypoints.websecure.http.tls": true,
    // An upload may take as long as it takes; the default ends every request body after 60 s.
    "entrypoints.websecure.transport.respondingtimeouts.readtimeout": "0s",
    "entrypoints.ping.address": `:${pingPort}`,
    ping: true,
    "ping.entrypoint": "ping",
    "providers.file.filename": "/etc/traefik/dynamic/tls.json",
    "providers.kubernetesingress": true,
    "providers.kubernetesingress.ingressendpoint.ip": "127.0.0.1",
    // A service without ready pods answers 503, not 404.
    "providers.kubernetesingress.allowemptyservices": true,
  }).map(([flag, value]) => `--${flag}=${value}`);
}

/** The ingress controller, its default class and its default certificate (PEM texts). */
export function traefik(
  image: string,
  network: Network,
  ports: Ports,
  certificate: { certificate: string; key: string },
): KubernetesObject[] {
  const metadata = { name, namespace: name };
  return [
    namespace(name),
    ...serviceAccount(name, name, [
      { apiGroups: [""], resources: ["services", "secrets", "nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      {
        apiGroups: ["networking.k8s.io"],
        resources: ["ingresses", "ingressclasses"],
        verbs: ["get", "list", "watch"],
      },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
    ]),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    configMap("dynamic", name, { "tls.json": JSON.stringify(tlsConfiguration) }),
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "default-certificate", namespace: name },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certificate.certificate, "tls.key": certificate.key },
    },
    deployment({
      name,
      namespace: name,
      serviceAccount: name,
      annotations: {
        "commune.cloud/certificate": createHash("sha256").update(certificate.certificate).digest("hex"),
      },
      container: {
        image,
        args: traefikFlags(ports),
        ports: [
          { name: "http", containerPort: podPorts.http },
          { name: "https", containerPort: podPorts.https },
        ],
        readinessProbe: ready("/ping", pingPort),
        resources: { requests: { cpu: "50m", memory: "80Mi" }, limits: { memory: "512Mi" } },
        securityContext: restricted,
        volumeMounts: [
          { name: "dynamic", mountPath: "/etc/traefik/dynamic", readOnly: true },
          { name: "certificate", mountPath: "/etc/traefik/tls", readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
      volumes: [
        { name: "dynamic", configMap: { name: "dynamic" } },
        { name: "certificate", secret: { secretName: "default-certificate" } },
        { name: "tmp", emptyDir: {} },
      ],
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        clusterIP: network.ingress,
        selector: { "app.kubernetes.io/name": name },
        ports: servicePorts(ports),
      },
    },
  ];
}

/** The usual ports and the host's, so that a commune's public address is the same inside and outside. */
function servicePorts(ports: Ports) {
  const wanted = new Map<number, { name: string; port: number; targetPort: string }>();
  wanted.set(80, { name: "http", port: 80, targetPort: "http" });
  wanted.set(443, { name: "https", port: 443, targetPort: "https" });
  if (!wanted.has(ports.http))
    wanted.set(ports.http, { name: "http-host", port: ports.http, targetPort: "http" });
  if (!wanted.has(ports.https))
    wanted.set(ports.https, { name: "https-host", port: ports.https, targetPort: "https" });
  return [...wanted.values()];
}
