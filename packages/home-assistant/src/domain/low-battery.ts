import type { Entity } from './model.ts';

const lowPercent = 20;

/** A sensor's percentage, or a binary sensor that says "low" by being on. */
export const hasLowBattery = ({ domain, state }: Entity): boolean => {
  if (state?.attributes['device_class'] !== 'battery') return false;
  return domain === 'binary_sensor' ? state.state === 'on' : state.state.trim() !== '' && Number(state.state) <= lowPercent;
};
