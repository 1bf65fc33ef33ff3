import { internal } from '@switchyard-mcp/build';

export default internal({ index: 'src/index.ts', bin: 'src/bin.ts' });
