import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './console.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { eventFetcher } from './event-fetcher.ts';

const endpoint = '/graphql';

/** What the gateway has to say to its page; see `src/server/graphiql.ts`. */
interface ConsoleSettings {
  /** Stands in the editor at the first visit. */
  readonly query: string | null;
}

async function loadSettings(): Promise<ConsoleSettings> {
  const response = await fetch(`${endpoint}/console.json`);
  return (await response.json()) as ConsoleSettings; // written by the same release
}

const { query } = await loadSettings();
const fetcher = eventFetcher(new URL(endpoint, location.href).href, createGraphiQLFetcher({ url: endpoint }));
const place = document.getElementById('graphiql');
if (place) {
  // Headers hold credentials: they stay in memory.
  createRoot(place).render(
    <GraphiQL fetcher={fetcher} shouldPersistHeaders={false} {...(query === null ? {} : { defaultQuery: query })} />,
  );
}
