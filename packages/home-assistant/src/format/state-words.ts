import { minuteTime, spanWords } from '@switchyard-mcp/core';
import type { EntityState } from '../domain/model.ts';

const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** "active, 12m left, until 2026-11-25T17:42"; the moment only where the home's time zone is known. */
const timerWords = ({ state, attributes }: EntityState, nowMs: number, timeZone: string | undefined): string => {
  const endMs = Date.parse(String(attributes['finishes_at']));
  if (state === 'paused' && typeof attributes['remaining'] === 'string') return `paused, ${attributes['remaining'].slice(0, 20)} left`;
  if (state !== 'active' || Number.isNaN(endMs)) return state;
  return `active, ${spanWords(endMs - nowMs)} left${timeZone === undefined ? '' : `, until ${minuteTime(endMs, timeZone)}`}`;
};

/** A state in the words a person would use: "on 71%", "heat 21°", "open 40%", "21.5 °C", "unavailable 3d". */
export const stateWords = (state: EntityState | undefined, nowMs: number, timeZone?: string): string => {
  if (!state) return 'no state';
  const { attributes } = state;
  const domain = state.entityId.split('.')[0];
  if (state.state === 'unavailable' || state.state === 'unknown') return `${state.state} ${spanWords(nowMs - state.lastChangedAt)}`;
  const brightness = number(attributes['brightness']);
  if (domain === 'light' && state.state === 'on' && brightness !== undefined) return `on ${Math.round((brightness / 255) * 100)}%`;
  const position = number(attributes['current_position']);
  if (position !== undefined && position > 0 && position < 100) return `${state.state} ${position}%`;
  if (domain === 'climate' || domain === 'water_heater') {
    const [target, current] = [number(attributes['temperature']), number(attributes['current_temperature'])];
    return [state.state, target === undefined ? '' : `${target}°`, current === undefined ? '' : `(is ${current}°)`]
      .filter(Boolean)
      .join(' ');
  }
  const percentage = number(attributes['percentage']);
  if (domain === 'fan' && state.state === 'on' && percentage !== undefined) return `on ${percentage}%`;
  const title = attributes['media_title'];
  if (domain === 'media_player' && typeof title === 'string') return `${state.state}: ${title.slice(0, 60)}`;
  if (domain === 'timer') return timerWords(state, nowMs, timeZone);
  const unit = attributes['unit_of_measurement'];
  return typeof unit === 'string' ? `${state.state} ${unit}` : state.state.slice(0, 120);
};
