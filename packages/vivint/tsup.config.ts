import { command, library } from '@switchyard-mcp/build';
import { defineConfig } from 'tsup';

export default defineConfig([command({ bin: 'src/bin.ts' }), library({ index: 'src/index.ts' })]);
