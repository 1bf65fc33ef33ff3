#!/usr/bin/env node
import { launch } from '@switchyard-mcp/core/launch';

await launch({ name: 'home-assistant', bin: import.meta.url });
