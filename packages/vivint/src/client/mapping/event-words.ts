import type { EventKind } from '../../domain/model.ts';

/** What did not happen is none of the kinds below: "Failed to arm: Front Door open", "System was not armed". */
const notDone = /\b(?:fail(?:s|ed|ure)?|unable|refused|not|cannot|\w+n['’]t) (?:to )?(?:be )?(?:dis)?(?:arm|lock|unlock|open|clos|bypass)/i;

const jammed = /\b(?:fail(?:s|ed)?|could not|couldn['’]t|cannot|unable) (?:to )?(?:be )?(?:un)?lock|\bjam(?:s|med)?\b|\bbolt\b/i;

/** Kinds by the words of a sentence. First match wins. */
const byWords: readonly (readonly [RegExp, EventKind])[] = [
  [jammed, 'jammed'],
  [notDone, 'failed'],
  [/\bentry delay\b/i, 'entry_delay'],
  [/\balarm\b/i, 'alarm'],
  [/\bdisarm/i, 'disarmed'],
  [/\barm(ed|ing)\b/i, 'armed'],
  [/\bunlock(ed|s)?\b/i, 'unlocked'],
  [/\b(auto.?)?locked\b/i, 'locked'],
  [/bypass|watched again/i, 'bypassed'],
  [/\brang\b|doorbell (was )?(press|ring|rung)/i, 'doorbell'],
  [/\b(person|people|visitor|package|vehicle|animal|pet)\b/i, 'seen'],
  [/motion/i, 'motion'],
  [/\bdoorbell\b/i, 'doorbell'],
  [/\bopen(ed)?\b/i, 'opened'],
  [/\bclosed?\b|stopped/i, 'closed'],
  [/offline/i, 'offline'],
  [/online|is back/i, 'online'],
  [/tamper/i, 'tamper'],
  [/battery/i, 'battery'],
  [/turned (on|off)/i, 'switched'],
];

export const kindInWords = (text: string): EventKind => byWords.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';

/** What a sentence may name after "by" that is nobody. */
const nobody = /^(?:the|a|an|key|keypad|panel|app|auto|automation|schedule|rule|system|remote|smart|vivint|z-?wave|google|alexa)\b/i;

/** "… by Dana Fox": who it was, when the record does not say it in a field of its own. */
export const personIn = (text: string): string | undefined => {
  const name = /\bby (\p{Lu}[\p{L}'’.-]*(?: \p{Lu}[\p{L}'’.-]*){0,3})/u.exec(text)?.[1]?.replace(/[.]+$/, '');
  return name === undefined || nobody.test(name) ? undefined : name;
};

/** Does the sentence say that something was tried and did not happen? */
export const saysNotDone = (text: string): boolean => notDone.test(text);
