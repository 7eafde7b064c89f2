/** What the lock file says of one installed package. */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

interface Lock {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A package URL (github.com/package-url/purl-spec); the scope's sign is escaped. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;

/**
 * The software bill of materials of the package, in CycloneDX 1.6: what an install brings along, and what of other
 * packages is part of its own files. It follows from the lock file and nothing else, so that the same sources give the
 * same bytes.
 *
 * @param bundled names of the packages whose code is in the package's own files
 */
export function sbomOf(lock: Lock, bundled: ReadonlySet<string>): object {
  const components = Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, locked]) => ({ name: path.slice(path.lastIndexOf("node_modules/") + 13), locked }))
    .filter(({ name, locked }) => (locked.dev !== true && locked.devOptional !== true) || bundled.has(name))
    .map(({ name, locked: { version = "", integrity, license } }) => ({
      type: "library",
      "bom-ref": purlOf(name, version),
      name,
      version,
      purl: purlOf(name, version),
      ...(license === undefined ? {} : { licenses: [{ license: { id: license } }] }),
      ...(integrity?.startsWith("sha512-") === true
        ? { hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.slice(7), "base64").toString("hex") }] }
        : {}),
    }));
  const { name, version } = lock;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "library", "bom-ref": purlOf(name, version), name, version, purl: purlOf(name, version) },
    },
    components,
  };
}
