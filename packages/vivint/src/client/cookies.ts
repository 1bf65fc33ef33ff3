/** Cookies of one host during one login. */
export interface CookieJar {
  take(setCookies: readonly string[]): void;
  /** Value of the Cookie header; empty without cookies. */
  header(): string;
}

export const createCookieJar = (): CookieJar => {
  const cookies = new Map<string, string>();
  return {
    take: (setCookies) => {
      for (const line of setCookies) {
        const [pair = '', ...attributes] = line.split(';');
        const cut = pair.indexOf('=');
        const name = pair.slice(0, cut).trim();
        if (cut <= 0 || name === '') continue;
        const gone = attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute));
        if (gone) cookies.delete(name);
        else cookies.set(name, pair.slice(cut + 1).trim());
      }
    },
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  };
};
