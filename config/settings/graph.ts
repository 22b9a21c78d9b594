import { choice, optional, text } from './kinds.ts';
import { setting } from './setting.ts';

export const GRAPH_SETTINGS = {
  engine: setting(choice(['level']), {
    default: 'level',
    description: 'Where the graph is kept: embedded, in the graph folder of the home.',
  }),
  neo4jUri: setting(optional(text(/^(bolt|neo4j)(\+s|\+ssc)?:\/\/\S+$/, 'bolt:// or neo4j:// address')), {
    default: null,
    description: 'Address of a Neo4j server; without effect while the engine is embedded, which a warning says.',
    aliases: ['NEO4J_URI'],
  }),
  neo4jUser: setting(optional(text()), {
    default: null,
    description: 'User at the Neo4j server.',
    aliases: ['NEO4J_USER'],
  }),
  neo4jPassword: setting(optional(text()), {
    default: null,
    description: 'Password at the Neo4j server. Published defaults are refused outside development.',
    aliases: ['NEO4J_PASSWORD'],
    secret: true,
  }),
} as const;
