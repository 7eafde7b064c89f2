import type { ByteChunks } from "../../src/roads/sources/byte-chunks";
import type { OsmElements } from "./osm-elements";

/** Line breaks are escaped too: a parser reads a bare one in an attribute as a space (XML 1.0, 3.3.3). */
const escapeXml = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Whole units of 1e-7 degree as decimal text, without passing through floating point. */
function degreesText(units: number): string {
  const digits = String(Math.abs(units)).padStart(8, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -7)}.${digits.slice(-7)}`;
}

/** The elements as an `.osm` file. */
export function osmXml({ nodes, ways, relations }: OsmElements): string {
  const tags = (of: Record<string, string> | undefined) =>
    Object.entries(of ?? {})
      .map(([k, v]) => `    <tag k="${escapeXml(k)}" v="${escapeXml(v)}"/>\n`)
      .join("");
  const element = (name: string, attributes: string, children: string) =>
    children === "" ? `  <${name} ${attributes}/>\n` : `  <${name} ${attributes}>\n${children}  </${name}>\n`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="test">\n`,
    ...nodes.map((n) =>
      element("node", `id="${n.id}" lat="${degreesText(n.lat)}" lon="${degreesText(n.lon)}"`, tags(n.tags)),
    ),
    ...ways.map((w) =>
      element("way", `id="${w.id}"`, w.nodes.map((ref) => `    <nd ref="${ref}"/>\n`).join("") + tags(w.tags)),
    ),
    ...relations.map((r) =>
      element(
        "relation",
        `id="${r.id}"`,
        r.members.map((m) => `    <member type="${m.type}" ref="${m.ref}" role="${escapeXml(m.role)}"/>\n`).join("") +
          tags(r.tags),
      ),
    ),
    "</osm>\n",
  ].join("");
}

/** Text as a stream of pieces of `size` bytes: cuts fall inside names, escapes and characters. */
export function textChunks(text: string | Uint8Array, size = 7): ByteChunks {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return async function* () {
    for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size);
  };
}
