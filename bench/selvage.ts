import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blogDocument } from './documents/blog.ts';
import { securedSections } from './identity.ts';
import type { Place } from './place.ts';
import type { DataSet } from './workload.ts';

const bulk = '@resolve(call: "blog.users", batch: { key: "$parent.userId", into: "id", match: "id" })';

const overlays: Readonly<Record<DataSet, string>> = {
  rest: `extend type Post { user: User ${bulk} } extend type Comment { user: User ${bulk} }`,
  failing: `extend type Post { user: User ${bulk} }`,
  wide: `extend type Post { user: User ${bulk} }`,
  slow: 'extend type Post { user: User @resolve(call: "blog.user", args: { id: "$parent.userId" }) }',
  chain: `
extend type Post {
  user: User @resolve(call: "people.batchGetUsers", batch: { key: "$parent.userId", into: "ids", match: "id" }, select: "users")
}
extend type User {
  company: Company @resolve(call: "directory.getCompanies", batch: { key: "$parent.companyId", into: "id", match: "id" })
}`,
};

/** A gateway as its users configure it: documents, an overlay, all else by default. The path of its selvage.yaml. */
export async function writeGateway(
  place: Place,
  { flight, recall = true, secured = false, inFlight }: Settings,
): Promise<string> {
  const { folder, set, rest, grpc, soap, port } = place;
  const own = join(folder, `selvage-${port}`);
  await mkdir(own, { recursive: true }); // a port is taken again by a later process
  await writeFile(join(own, 'blog.json'), JSON.stringify(blogDocument(place)));
  await writeFile(join(own, 'overlay.graphql'), overlays[set]);
  const sources: Record<string, object> = { blog: { protocol: 'openapi', document: 'blog.json', endpoint: rest } };
  if (set === 'chain') {
    for (const name of ['people.proto', 'directory.wsdl'])
      await copyFile(fileURLToPath(new URL(`documents/${name}`, import.meta.url)), join(own, name));
    sources['people'] = { protocol: 'grpc', document: 'people.proto', endpoint: grpc, tls: false };
    sources['directory'] = { protocol: 'soap', document: 'directory.wsdl', endpoint: soap };
  }
  const singleFlight = flight === 'inflight' ? { inflight: { sources: Object.keys(sources) } } : { mode: flight };
  const path = join(own, 'selvage.yaml');
  const sections = secured ? await securedSections(own) : {};
  // JSON is YAML.
  await writeFile(
    path,
    JSON.stringify({
      gateway: {
        port,
        overlay: 'overlay.graphql',
        recall,
        singleFlight,
        ...(inFlight ? { admission: { inFlight } } : {}),
      },
      sources,
      ...sections,
    }),
  );
  return path;
}

/** What of the default configuration a system changes. */
export interface Settings {
  readonly flight: 'off' | 'tick' | 'inflight';
  /** Default true, as the gateway's. */
  readonly recall?: boolean;
  /** Does it ask for a token, a scope and a place under a rate limit? Default false. */
  readonly secured?: boolean;
  /** How many requests it takes at once. Default: the gateway's. */
  readonly inFlight?: number;
}
