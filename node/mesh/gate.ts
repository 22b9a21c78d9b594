import type { Connection, Stream } from '@libp2p/interface';
import type { GossipSubComponents } from '@libp2p/gossipsub';

/** Where libp2p's services register their protocols. */
export type Registrar = GossipSubComponents['registrar'];

/** Whether a stream may be answered; ends those that may not. */
export type Admit = (stream: Stream, connection: Connection) => Promise<boolean>;

/**
 * Builds a libp2p service whose inbound streams all pass `admit` first. The library's own hook for this, middleware,
 * cannot be used: it appends the handler to the registered list with each stream, so that the second stream is handled
 * twice (libp2p 3.3.11, connection.ts, onIncomingStream).
 */
export function behindGate<Components extends { readonly registrar: Registrar }, Service>(
  admit: Admit,
  create: (components: Components) => Service,
): (components: Components) => Service {
  return (components) => {
    const registrar = gatedRegistrar(components.registrar, admit);
    // Components are looked up late, since services refer to one another, so they cannot be copied.
    return create(
      new Proxy(components, {
        get: (target, name) => (name === 'registrar' ? registrar : Reflect.get(target, name)),
      }),
    );
  };
}

function gatedRegistrar(registrar: Registrar, admit: Admit): Registrar {
  return {
    handle: (protocol, handler, options) =>
      registrar.handle(
        protocol,
        async (stream, connection) => {
          if (await admit(stream, connection)) await handler(stream, connection);
        },
        options,
      ),
    unhandle: (protocols, options) => registrar.unhandle(protocols, options),
    getHandler: (protocol) => registrar.getHandler(protocol),
    getProtocols: () => registrar.getProtocols(),
    register: (protocol, topology, options) => registrar.register(protocol, topology, options),
    unregister: (id) => registrar.unregister(id),
    getTopologies: (protocol) => registrar.getTopologies(protocol),
    use: (protocol, middleware) => registrar.use(protocol, middleware),
    unuse: (protocol) => registrar.unuse(protocol),
    getMiddleware: (protocol) => registrar.getMiddleware(protocol),
  };
}
