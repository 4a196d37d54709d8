import fc from "fast-check";
import { fileOf, hotspot, quarter, radioWith, space, square, zone } from "../components/places/places.ts";
import { at, type Kind, kind, large, only, outlines, south, text, west } from "./hostile-outlines.ts";

/** Names that try to be more than text on the map. */
export const payloads = [
  "<script>alert(1)</script>",
  "</script><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'>",
  "javascript:alert(1)",
  "<a href=javascript:alert(1)>x</a>",
  "</title><script>alert(1)</script>",
  "<!--<script>alert(1)//-->",
  "]]><script>alert(1)</script>",
  "{{alert(1)}}",
  "<style>*{background:url(//x.test)}</style>",
];
const positions: Kind[] = [
  kind(
    "axes swapped",
    at.map(([x, y]) => only(hotspot({}, [y, x]))),
    /axes are swapped here: write \[4\.8/,
  ),
  kind(
    "all axes swapped",
    at.map(([x, y]) => fileOf([quarter("centre", [square(south, west, 0.02)]), hotspot({}, [y, x])])),
    /\(centre\).* axes are swapped/,
  ),
  kind(
    "another continent",
    fc
      .tuple(fc.integer({ min: -170, max: -20 }), fc.integer({ min: -60, max: 30 }))
      .map(([x, y]) => fileOf([quarter("centre", [square(x, y, 0.02)]), hotspot({}, [x + 0.01, y + 0.01])])),
    /km are the most\. Move it into the commune, or correct commune\.yaml/,
  ),
  kind(
    "a pole",
    fc.constantFrom(-90, -86, 86, 89.99, 90).map((y) => only(hotspot({}, [4.88, y]))),
    /nearer to a pole/,
  ),
  kind(
    "no number",
    fc
      .constantFrom("NaN", "Infinity", "-Infinity", "1e999", "null", '"4.88"', "[]", "{}", "true", "0x1p3")
      .map((word) => only(hotspot({}, ["here", 45.77])).replace('"here"', word)),
    /this is not|is no position|Write|JSON/,
  ),
  kind(
    "degrees that are none",
    fc.double({ min: 181, max: 1e300, noNaN: true }).map((x) => only(hotspot({}, [x, 45.77]))),
    /is no position/,
  ),
  kind(
    "no position at all",
    text(() => only(hotspot({}, []))),
    /is no position/,
  ),
  kind(
    "four numbers",
    text(() => only(hotspot({}, [4.88, 45.77, 1, 2]))),
    /is no position/,
  ),
];
const properties: Kind[] = [
  kind(
    "hours that end when they begin",
    fc
      .constantFrom("10:00-10:00", "Mo 10:00-10:00", "Sa-Su 00:00-00:00")
      .map((open) => only(hotspot({ open }))),
    /end when they begin/,
  ),
  kind(
    "a point that never emits",
    fc
      .constantFrom("Mo-Fr 08:00-18:00", "Sa 10:00-12:00")
      .map((open) => only(hotspot({ open, quiet: open }))),
    /it would never emit/,
  ),
  kind(
    "an id twice",
    text(() => fileOf([quarter(), zone(), zone()])),
    /is the id of another feature/,
  ),
  kind(
    "no quarter",
    text(() => only(hotspot({ quarter: "ailleurs" }))),
    /is no quarter here/,
  ),
  kind(
    "a power that is none",
    fc
      .constantFrom("1e9 dBm", "-1 dBm", "NaN dBm", "20", "∞ dBm")
      .map((power) => only(hotspot({ radios: [radioWith({ power })] }))),
    /Write a power such as|Write "20 dBm"/,
  ),
  kind(
    "a prototype",
    text(() =>
      only(hotspot()).replace('"kind": "hotspot"', '"__proto__": {"kind": "hotspot"}, "kind": "hotspot"'),
    ),
    /unknown (field|section)/,
  ),
  kind(
    "names that are scripts",
    fc.constantFrom(...payloads).map((name) => {
      const [q, h, z, s] = [
        quarter(),
        hotspot({ name }, [4.872, 45.762]),
        zone({ name }),
        space({ name, address: name }),
      ];
      return fileOf([{ ...q, properties: { ...q.properties, name } }, h, z, s]);
    }),
  ),
];
/** All kinds of files. */
export const hostileKinds: readonly Kind[] = [...positions, ...outlines, ...large, ...properties];
