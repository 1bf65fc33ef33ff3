/**
 * An area of the operations whose code is read on first use: most sessions never restart a home or set up an integration, and a server
 * has to answer its first request at once. What cannot wait for that is given as `ready`.
 */
export const lazyFacet = <T extends object>(load: () => Promise<T>, ready: Partial<T> = {}): T => {
  let loaded: Promise<T> | undefined;
  const call =
    (name: string | symbol) =>
    async (...args: unknown[]): Promise<unknown> => {
      loaded ??= load();
      const facet = await loaded;
      return Reflect.apply(Reflect.get(facet, name) as (...args: unknown[]) => unknown, facet, args);
    };
  // A thing with a "then" would be taken for a promise by whoever awaits it.
  return new Proxy({} as T, { get: (_target, name) => (name === 'then' ? undefined : (Reflect.get(ready, name) ?? call(name))) });
};
