import { execFile, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startFaultyHome } from './faulty-home.ts';

const run = promisify(execFile);

/** The system's own limit on the size of files stands in for a full disk: a write is cut short or refused in the same way, and no rights are needed. */
const blocks = 2;
const limited = ['sh', '-c', `ulimit -S -f ${blocks}; echo $$ > "$SWITCHYARD_TEST_FOLDER/pid"; exec "$0" "$@"`];
/** Lifting the limit of a running process needs Linux. */
const canLift = spawnSync('prlimit', ['--version']).status === 0;

const lamp = 'light.kitchen_lights';
const toggle = { action: 'toggle', targets: [lamp] };

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  test('a write without a trail does not happen, reads go on, and space ends it', async () => {
    const home = await startFaultyHome({ through: limited });
    try {
      let refused: Awaited<ReturnType<typeof home.failure>> | undefined;
      for (let call = 0; call < 20 && refused === undefined; call += 1) {
        const before = home.simulator.getState(lamp)?.['state'];
        home.mark();
        const result = await home.call('ha_control', toggle);
        if (!result.isError) continue;
        refused = { text: result.content[0]?.text ?? '', error: (result.structuredContent as { error: Record<string, unknown> }).error };
        expect(home.sent('call_service')).toBe(0);
        expect(home.simulator.getState(lamp)?.['state']).toBe(before);
      }
      expect(refused?.error).toMatchObject({ sideEffects: 'none' });
      expect(refused?.text).toMatch(/audit trail could not be written, so nothing was sent/);
      expect(refused?.text).toMatch(/free disk space/);
      expect(await home.data('ha_get', { ids: [lamp] })).toHaveProperty('rows');
      if (!canLift) return;
      const pid = (await readFile(join(home.folder, 'pid'), 'utf8')).trim();
      await run('prlimit', ['--pid', pid, '--fsize=unlimited']);
      home.mark();
      expect(await home.data('ha_control', toggle)).toMatchObject({ done: 1 });
      expect(home.sent('call_service')).toBe(1);
      const trails = (await readdir(home.folder, { recursive: true })).filter((name) => name.endsWith('.jsonl'));
      const lines = (await readFile(join(home.folder, trails[0] ?? ''), 'utf8')).trim().split('\n');
      // The line that was cut short stands alone; what came after it is whole again.
      expect(JSON.parse(JSON.parse(lines.at(-1) ?? '{}').entry)).toMatchObject({ phase: 'outcome', outcome: 'reply' });
    } finally {
      await home.close();
    }
  });
});
