import type { Account, Mfa } from '../login/accounts.ts';

interface Access {
  readonly panelId: number;
  readonly admin: boolean;
}

/** One person for each way to log in. */
const PEOPLE: readonly { readonly name: string; readonly mfa: Mfa }[] = [
  { name: 'Ana Ortiz', mfa: 'sms' },
  { name: 'Ben Ortiz', mfa: 'totp' },
  { name: 'Cleo Marsh', mfa: 'email' },
  { name: 'Dov Lind', mfa: 'none' },
];

/** Ana, Cleo and Dov see every system as administrators; Ben sees the first one and is none. */
export function people(panelIds: readonly number[]): Account[] {
  return PEOPLE.map(({ name, mfa }, index) => {
    const first = name.split(' ')[0]?.toLowerCase() ?? '';
    const systems: readonly Access[] =
      mfa === 'totp'
        ? panelIds.slice(0, 1).map((panelId) => ({ panelId, admin: false }))
        : panelIds.map((panelId) => ({ panelId, admin: true }));
    return {
      username: `${first}@example.test`,
      password: `canary-password-${first}`,
      name,
      mfa,
      totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      userId: `5f0c0ffee0${String(index + 1).padStart(14, 'a')}`,
      channel: `5f0cchanne1${String(index + 1).padStart(13, 'b')}`,
      systems,
    };
  });
}
